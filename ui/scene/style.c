/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/style.h"

static const char *const style_names[QUO_N_STYLES] = {
  [QUO_STYLE_BACKGROUND] = "background",
  [QUO_STYLE_PANEL] = "panel",
  [QUO_STYLE_HEAD] = "head",
  [QUO_STYLE_GRID] = "grid",
  [QUO_STYLE_AXIS] = "axis",
  [QUO_STYLE_TEXT] = "text",
  [QUO_STYLE_TEXT_MUTED] = "text-muted",
  [QUO_STYLE_TEXT_STRONG] = "text-strong",
  [QUO_STYLE_LIFELINE] = "lifeline",
  [QUO_STYLE_STRIP] = "strip",
  [QUO_STYLE_LINK] = "link",
  [QUO_STYLE_LINK_CUT] = "link-cut",
  [QUO_STYLE_CLIENT] = "client",
  [QUO_STYLE_NODE] = "node",
  [QUO_STYLE_NODE_RING] = "node-ring",
  [QUO_STYLE_NODE_DOWN] = "node-down",
  [QUO_STYLE_NODE_PAUSED] = "node-paused",
  [QUO_STYLE_MESSAGE] = "message",
  [QUO_STYLE_MESSAGE_REPLY] = "message-reply",
  [QUO_STYLE_MESSAGE_LOST] = "message-lost",
  [QUO_STYLE_EVENT] = "event",
  [QUO_STYLE_STATE] = "state",
  [QUO_STYLE_TRANSITION] = "transition",
  [QUO_STYLE_TRANSITION_LIT] = "transition-lit",
  [QUO_STYLE_NOTE] = "note",
  [QUO_STYLE_SELECTION] = "selection",
  [QUO_STYLE_PAST] = "past",
  [QUO_STYLE_FUTURE] = "future",
  [QUO_STYLE_CONCURRENT] = "concurrent",
  [QUO_STYLE_TIME_LINE] = "time-line",
  [QUO_STYLE_VEIL] = "veil",
  [QUO_STYLE_CURVE] = "curve",
  [QUO_STYLE_CURVE_THEORY] = "curve-theory",
  [QUO_STYLE_GOOD] = "good",
  [QUO_STYLE_BAD] = "bad",
  [QUO_STYLE_WARN] = "warn",
  [QUO_STYLE_INFO] = "info",
  [QUO_STYLE_ACCENT] = "accent",
};

static const char *const font_names[QUO_N_FONTS] = {
  [QUO_FONT_BODY] = "body",
  [QUO_FONT_SMALL] = "small",
  [QUO_FONT_STRONG] = "strong",
  [QUO_FONT_SMALL_STRONG] = "small-strong",
  [QUO_FONT_MONO] = "mono",
  [QUO_FONT_TITLE] = "title",
};

/**
 * quo_style_get_name:
 *
 * Returns: (transfer none): the style's name in text dumps and in SVG classes
 */
const char *
quo_style_get_name (QuoStyle style)
{
  g_return_val_if_fail (style < QUO_N_STYLES, NULL);

  return style_names[style];
}

/**
 * quo_font_get_name:
 *
 * Returns: (transfer none): the font's name in text dumps and in SVG classes
 */
const char *
quo_font_get_name (QuoFont font)
{
  g_return_val_if_fail (font < QUO_N_FONTS, NULL);

  return font_names[font];
}
