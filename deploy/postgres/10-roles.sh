#!/bin/sh
# Two roles: the owner changes tables, the app, which owns nothing, works with their rows.
# Run once on an empty server, as its superuser; the postgres image does so by itself.
set -eu
psql --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --username="${POSTGRES_USER:-postgres}" \
	--set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE dubdesk_owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE dubdesk_app LOGIN PASSWORD :'app_password';
CREATE DATABASE dubdesk OWNER dubdesk_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE dubdesk FROM PUBLIC;
GRANT CONNECT ON DATABASE dubdesk TO dubdesk_app;
\connect dubdesk
ALTER DEFAULT PRIVILEGES FOR ROLE dubdesk_owner IN SCHEMA public
	GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dubdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE dubdesk_owner IN SCHEMA public
	GRANT USAGE, SELECT ON SEQUENCES TO dubdesk_app;
SQL
