/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/tone.h"

/**
 * quo_tone_of_action:
 * @what: (nullable): an action's "do"
 *
 * Returns: bad for what breaks something, good for what mends it, info for what a
 *   client asks, else neutral
 */
QuoTone
quo_tone_of_action (const char *what)
{
  static const struct
  {
    const char *what;
    QuoTone tone;
  } tones[] = {
    { "crash", QUO_TONE_BAD },     { "restart", QUO_TONE_GOOD },
    { "pause", QUO_TONE_BAD },     { "resume", QUO_TONE_GOOD },
    { "partition", QUO_TONE_BAD }, { "isolate", QUO_TONE_BAD },
    { "cut", QUO_TONE_BAD },       { "restore", QUO_TONE_GOOD },
    { "heal", QUO_TONE_GOOD },     { "drop", QUO_TONE_BAD },
    { "delay", QUO_TONE_WARN },    { "duplicate", QUO_TONE_WARN },
    { "skew", QUO_TONE_WARN },     { "lose-disk", QUO_TONE_BAD },
    { "set-link", QUO_TONE_WARN }, { "set-option", QUO_TONE_WARN },
    { "fire", QUO_TONE_WARN },     { "read", QUO_TONE_INFO },
    { "write", QUO_TONE_INFO },    { "compare-and-set", QUO_TONE_INFO },
    { "add", QUO_TONE_INFO },      { "remove", QUO_TONE_INFO },
    { "append", QUO_TONE_INFO },   { "transaction", QUO_TONE_INFO },
  };

  for (guint i = 0; what != NULL && i < G_N_ELEMENTS (tones); i++)
    if (g_str_equal (tones[i].what, what))
      return tones[i].tone;
  return QUO_TONE_NEUTRAL;
}

/**
 * quo_tone_style:
 *
 * Returns: what a mark of this tone is drawn as
 */
QuoStyle
quo_tone_style (QuoTone tone)
{
  switch (tone)
    {
    case QUO_TONE_INFO:
      return QUO_STYLE_INFO;
    case QUO_TONE_GOOD:
      return QUO_STYLE_GOOD;
    case QUO_TONE_WARN:
      return QUO_STYLE_WARN;
    case QUO_TONE_BAD:
      return QUO_STYLE_BAD;
    default:
      return QUO_STYLE_TEXT_MUTED;
    }
}

/**
 * quo_tone_css_class:
 *
 * Returns: the style sheet's class for a widget of this tone
 */
const char *
quo_tone_css_class (QuoTone tone)
{
  switch (tone)
    {
    case QUO_TONE_INFO:
      return "tone-info";
    case QUO_TONE_GOOD:
      return "tone-good";
    case QUO_TONE_WARN:
      return "tone-warn";
    case QUO_TONE_BAD:
      return "tone-bad";
    default:
      return "tone-neutral";
    }
}

/**
 * quo_theme_rgba:
 * @tint: 0 for the style's own colour
 *
 * Returns: the colour in which a theme draws a style's lines
 */
GdkRGBA
quo_theme_rgba (QuoThemeKind theme, QuoStyle style, guint tint)
{
  QuoColor color = quo_theme_get_ink (quo_theme_get (theme), style, tint);

  return (GdkRGBA){ color.red, color.green, color.blue, color.alpha };
}
