// What a page with live parts loads. A script that draws its own parts listens by `onChanges`, and
// imports it from here or from stream.js: both lead to the page's one stream.
import "./live-parts.js";

export { apart, isLive, onChanges } from "./stream.js";
