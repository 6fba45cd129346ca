/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a primitive is, not what it looks like: a theme turns these into colours
 * when the scene is painted. */
typedef enum
{
  QUO_STYLE_BACKGROUND,    /* behind everything */
  QUO_STYLE_PANEL,         /* a card or a box that holds text */
  QUO_STYLE_HEAD,          /* the strip with the names that stays in sight */
  QUO_STYLE_GRID,          /* faint help lines */
  QUO_STYLE_AXIS,          /* axes and their ticks */
  QUO_STYLE_TEXT,
  QUO_STYLE_TEXT_MUTED,
  QUO_STYLE_TEXT_STRONG,
  QUO_STYLE_LIFELINE,
  QUO_STYLE_STRIP,         /* the role strip on a lifeline */
  QUO_STYLE_LINK,
  QUO_STYLE_LINK_CUT,
  QUO_STYLE_CLIENT,        /* a client's pill */
  QUO_STYLE_NODE,
  QUO_STYLE_NODE_RING,     /* a timer's ring, the second ring of a leader */
  QUO_STYLE_NODE_DOWN,
  QUO_STYLE_NODE_PAUSED,
  QUO_STYLE_MESSAGE,
  QUO_STYLE_MESSAGE_REPLY,
  QUO_STYLE_MESSAGE_LOST,
  QUO_STYLE_EVENT,         /* an event's dot */
  QUO_STYLE_STATE,         /* a state of a state machine */
  QUO_STYLE_TRANSITION,
  QUO_STYLE_TRANSITION_LIT,
  QUO_STYLE_NOTE,          /* narration */
  QUO_STYLE_SELECTION,
  QUO_STYLE_PAST,          /* causally before what is selected */
  QUO_STYLE_FUTURE,        /* causally after it */
  QUO_STYLE_CONCURRENT,    /* neither */
  QUO_STYLE_TIME_LINE,     /* the time shown */
  QUO_STYLE_VEIL,          /* over what lies after the time shown */
  QUO_STYLE_CURVE,         /* a measured curve */
  QUO_STYLE_CURVE_THEORY,  /* the curve that theory predicts */
  QUO_STYLE_GOOD,
  QUO_STYLE_BAD,
  QUO_STYLE_WARN,
  QUO_STYLE_INFO,
  QUO_STYLE_ACCENT,
  QUO_N_STYLES
} QuoStyle;

/* How a style's two colours, its ink and its wash, are put on a shape. */
typedef enum
{
  QUO_PAINT_AUTO,   /* closed shapes: wash inside, ink outline; open ones: ink */
  QUO_PAINT_STROKE, /* ink outline, nothing inside */
  QUO_PAINT_FILL,   /* ink inside, no outline */
  QUO_PAINT_WASH,   /* wash inside, no outline */
  QUO_PAINT_SOFT    /* a pale shade of the ink inside, ink outline */
} QuoPaint;

typedef enum
{
  QUO_DASH_DEFAULT, /* as the style has it */
  QUO_DASH_SOLID,
  QUO_DASH_DASHED,
  QUO_DASH_DOTTED
} QuoDash;

typedef enum
{
  QUO_HEAD_NONE,
  QUO_HEAD_FILLED,
  QUO_HEAD_OPEN,
  QUO_HEAD_HALF,
  QUO_HEAD_CROSS,
  QUO_HEAD_DOT
} QuoHead;

typedef enum
{
  QUO_FONT_BODY,
  QUO_FONT_SMALL,
  QUO_FONT_STRONG,
  QUO_FONT_SMALL_STRONG,
  QUO_FONT_MONO,
  QUO_FONT_TITLE,
  QUO_N_FONTS
} QuoFont;

/* Where @x stands in a text run; @y is always the baseline. */
typedef enum
{
  QUO_ALIGN_START,
  QUO_ALIGN_MIDDLE,
  QUO_ALIGN_END
} QuoAlign;

typedef enum
{
  QUO_LAYER_STILL,  /* changes with the model, the zoom or the theme only */
  QUO_LAYER_MOVING, /* changes with the time shown */
  QUO_LAYER_OVERLAY, /* selection, pointer */
  QUO_N_LAYERS
} QuoLayer;

typedef enum
{
  QUO_LAYERS_STILL = 1 << QUO_LAYER_STILL,
  QUO_LAYERS_MOVING = 1 << QUO_LAYER_MOVING,
  QUO_LAYERS_OVERLAY = 1 << QUO_LAYER_OVERLAY,
  QUO_LAYERS_ALL = 7
} QuoLayers;

typedef enum
{
  QUO_MARK_CROSS,
  QUO_MARK_TICK,
  QUO_MARK_DOT,
  QUO_MARK_RING,
  QUO_MARK_SQUARE,
  QUO_MARK_DIAMOND,
  QUO_MARK_TRIANGLE,
  QUO_MARK_TAG       /* a message under way: a box with a point in front */
} QuoMark;

/* Tints are 1 to QUO_N_TINTS, larger ones wrap around; 0 is the style's own. */
#define QUO_N_TINTS 8

const char *quo_style_get_name (QuoStyle style);
const char *quo_font_get_name  (QuoFont  font);

G_END_DECLS
