from __future__ import annotations

from pathlib import Path

import pytest

from edge.config import ConfigError, EdgeConfig


def test_secret_comes_from_the_file_that_web_wrote(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("abc\n")
    config = EdgeConfig.from_environment(
        {"DUBDESK_DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://desk.example.com/app/"}
    )
    assert config == EdgeConfig(
        "abc",
        tmp_path / "media",
        "https://desk.example.com",
        tmp_path / "incoming",
        plan_dir=tmp_path / "plans",
    )
    assert "abc" not in repr(config)


def test_the_database_is_optional_and_its_password_stays_unsaid(tmp_path: Path) -> None:
    url = "postgresql://dubdesk_app:open-sesame@postgres/dubdesk"
    environment = {"SECRET_KEY": "s", "DUBDESK_DATA_DIR": str(tmp_path)}
    assert EdgeConfig.from_environment(environment).database_url == ""
    config = EdgeConfig.from_environment(environment | {"DATABASE_URL": f" {url}\n"})
    assert config.database_url == url
    assert "sesame" not in repr(config)


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("abc")
    config = EdgeConfig.from_environment(
        {
            "DUBDESK_DATA_DIR": str(tmp_path),
            "SECRET_KEY": "from the environment",
            "MEDIA_ROOT": str(tmp_path / "films"),
            "UPLOAD_DIR": str(tmp_path / "parts"),
            "PLAN_DIR": str(tmp_path / "shared"),
            "MAX_SOURCE_BYTES": "5",
            "MIN_FREE_BYTES": "7",
        }
    )
    wanted = (tmp_path / "films", "http://127.0.0.1:8000", tmp_path / "parts", 5, 7)
    shared = tmp_path / "shared"
    assert config == EdgeConfig("from the environment", *wanted, plan_dir=shared)


def test_bytes_have_to_be_a_number(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MIN_FREE_BYTES"):
        EdgeConfig.from_environment({"SECRET_KEY": "abc", "MIN_FREE_BYTES": "lots"})


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_missing_secret_is_told_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(ConfigError, match="SECRET_KEY") as caught:
        EdgeConfig.from_environment({"DUBDESK_DATA_DIR": str(tmp_path)})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["desk.example.com", "ftp://desk", "https://"])
def test_unusable_public_address_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="PUBLIC_URL"):
        EdgeConfig.from_environment({"SECRET_KEY": "s", "PUBLIC_URL": url})
