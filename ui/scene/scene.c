/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/scene-private.h"

#include <math.h>
#include <string.h>

#include "scene/theme.h"

/* Beyond this a float no longer tells hundredths of a pixel apart, and cairo's
 * fixed-point numbers overflow. */
#define COORDINATE_MAX 4194304.0

/**
 * quo_scene_new:
 * @metrics: (transfer none): measures the texts when their bounds are asked for
 *
 * A scene is a flat list of primitives in px, x to the right and y down. It is
 * filled by one thread at a time; once filled it may be read by others, except
 * that bounds, hits and painting measure texts and so belong to the thread that
 * owns @metrics.
 *
 * Returns: (transfer full): an empty scene
 */
QuoScene *
quo_scene_new (QuoMetrics *metrics)
{
  g_return_val_if_fail (metrics != NULL, NULL);

  QuoScene *self = g_new0 (QuoScene, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->metrics = quo_metrics_ref (metrics);
  self->items = g_array_new (FALSE, FALSE, sizeof (QuoItem));
  self->points = g_array_new (FALSE, FALSE, sizeof (QuoPoint));
  self->groups = g_array_new (FALSE, FALSE, sizeof (QuoGroup));
  self->clips = g_array_new (FALSE, FALSE, sizeof (QuoBox));
  self->clip_stack = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->strings = g_string_new (NULL);
  quo_scene_clear (self);
  return self;
}

/**
 * quo_scene_ref:
 *
 * Returns: (transfer full): @self
 */
QuoScene *
quo_scene_ref (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * quo_scene_unref:
 *
 * Frees the scene when this was the last reference.
 */
void
quo_scene_unref (QuoScene *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->items);
  g_array_unref (self->points);
  g_array_unref (self->groups);
  g_array_unref (self->clips);
  g_array_unref (self->clip_stack);
  g_string_free (self->strings, TRUE);
  quo_metrics_unref (self->metrics);
  g_free (self);
}

/**
 * quo_scene_clear:
 *
 * Empties the scene and keeps its memory, so that the next frame allocates nothing.
 * The size stays; layer, clips and groups go back to the start.
 */
void
quo_scene_clear (QuoScene *self)
{
  g_return_if_fail (self != NULL);

  g_array_set_size (self->items, 0);
  g_array_set_size (self->points, 0);
  g_array_set_size (self->groups, 0);
  g_array_set_size (self->clips, 0);
  g_array_set_size (self->clip_stack, 0);
  /* Offset 0 is the empty string, which stands for none. */
  g_string_truncate (self->strings, 0);
  g_string_append_c (self->strings, '\0');
  self->title = 0;
  self->group = 0;
  self->clip = 0;
  self->layer = QUO_LAYER_STILL;
}

/**
 * quo_scene_get_metrics:
 *
 * Returns: (transfer none): what measures the scene's texts
 */
QuoMetrics *
quo_scene_get_metrics (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->metrics;
}

/**
 * quo_scene_set_size:
 * @width: in px, not negative
 * @height: in px, not negative
 *
 * The size of the picture. Nothing is cut there: that is what clips are for.
 */
void
quo_scene_set_size (QuoScene *self,
                    double    width,
                    double    height)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (width >= 0 && height >= 0);

  self->width = width;
  self->height = height;
}

/**
 * quo_scene_get_width:
 *
 * Returns: in px
 */
double
quo_scene_get_width (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->width;
}

/**
 * quo_scene_get_height:
 *
 * Returns: in px
 */
double
quo_scene_get_height (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->height;
}

static guint32
add_string (QuoScene   *self,
            const char *string)
{
  if (string == NULL || *string == '\0')
    return 0;

  g_autofree char *valid = NULL;
  if (G_UNLIKELY (!g_utf8_validate (string, -1, NULL)))
    string = valid = g_utf8_make_valid (string, -1);
  guint32 offset = (guint32) self->strings->len;
  g_string_append_len (self->strings, string, strlen (string) + 1);
  return offset;
}

/**
 * quo_scene_set_title:
 * @title: (nullable): what the whole picture shows, copied
 *
 * The title is read out by a screen reader and stands in an exported picture.
 */
void
quo_scene_set_title (QuoScene   *self,
                     const char *title)
{
  g_return_if_fail (self != NULL);

  self->title = add_string (self, title);
}

/**
 * quo_scene_get_title:
 *
 * Returns: (transfer none): the empty string when there is none
 */
const char *
quo_scene_get_title (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return quo_scene_string (self, self->title);
}

/**
 * quo_scene_set_layer:
 * @layer: of what is added from now on
 *
 * Layers are painted in order: still, moving, overlay. Within a layer, what was
 * added later is on top.
 */
void
quo_scene_set_layer (QuoScene *self,
                     QuoLayer  layer)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (layer < QUO_N_LAYERS);

  self->layer = layer;
}

/**
 * quo_scene_push_clip:
 *
 * What is added until quo_scene_pop_clip() is cut at this rectangle and at those
 * around it.
 */
void
quo_scene_push_clip (QuoScene *self,
                     double    x,
                     double    y,
                     double    width,
                     double    height)
{
  g_return_if_fail (self != NULL);

  double right = x + MAX (width, 0);
  double bottom = y + MAX (height, 0);
  if (self->clip != 0)
    {
      const QuoBox *outer = quo_scene_clip (self, self->clip);
      x = MAX (x, outer->x);
      y = MAX (y, outer->y);
      right = MIN (right, (double) outer->x + outer->width);
      bottom = MIN (bottom, (double) outer->y + outer->height);
    }
  QuoBox box = { (float) x, (float) y,
                 (float) MAX (right - x, 0), (float) MAX (bottom - y, 0) };

  g_array_append_val (self->clip_stack, self->clip);
  g_array_append_val (self->clips, box);
  self->clip = self->clips->len;
}

/**
 * quo_scene_pop_clip:
 *
 * Goes back to the clip before the last quo_scene_push_clip().
 */
void
quo_scene_pop_clip (QuoScene *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->clip_stack->len > 0);

  guint last = self->clip_stack->len - 1;
  self->clip = g_array_index (self->clip_stack, guint32, last);
  g_array_set_size (self->clip_stack, last);
}

/**
 * quo_scene_begin_group:
 * @style: the group's class in an exported picture
 * @id: what its members stand for, unless they say otherwise; 0 for none
 * @title: (nullable): what it says when pointed at or read out
 *
 * Members of a group are still painted one by one and may be in different layers.
 */
void
quo_scene_begin_group (QuoScene   *self,
                       QuoStyle    style,
                       guint64     id,
                       const char *title)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (style < QUO_N_STYLES);

  QuoGroup group
    = { .id = id, .parent = self->group, .style = style, .depth = 1 };
  if (self->group != 0)
    {
      const QuoGroup *parent = quo_scene_group (self, self->group);
      group.depth = parent->depth + 1;
      if (id == 0)
        group.id = parent->id;
    }
  group.title = add_string (self, title);
  g_array_append_val (self->groups, group);
  self->group = self->groups->len;
}

/**
 * quo_scene_end_group:
 *
 * Ends the innermost group.
 */
void
quo_scene_end_group (QuoScene *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->group != 0);

  self->group = quo_scene_group (self, self->group)->parent;
}

static inline float
coordinate (double value)
{
  if (G_UNLIKELY (!(fabs (value) <= COORDINATE_MAX)))
    return isnan (value) ? 0.0f : (float) copysign (COORDINATE_MAX, value);
  return (float) value;
}

static QuoItem *
add_item (QuoScene     *self,
          QuoPrimitive  primitive,
          const QuoPen *pen,
          guint         n_points)
{
  guint index = self->items->len;
  g_array_set_size (self->items, index + 1);
  QuoItem *item = quo_scene_item (self, index);
  *item = (QuoItem) {
    .id = pen->id,
    .width = pen->width,
    .size = pen->size,
    .opacity = pen->opacity > 0 ? MIN (pen->opacity, 1) : 1,
    .first_point = self->points->len,
    .n_points = n_points,
    .group = self->group,
    .clip = self->clip,
    .primitive = primitive,
    .style = pen->style,
    .tint = pen->tint == 0 ? 0 : (pen->tint - 1) % QUO_N_TINTS + 1,
    .paint = pen->paint,
    .dash = pen->dash,
    .head = pen->head,
    .tail = pen->tail,
    .font = pen->font,
    .align = pen->align,
    .plate = pen->plate != FALSE,
    .layer = self->layer,
  };
  if (item->id == 0 && self->group != 0)
    item->id = quo_scene_group (self, self->group)->id;
  item->title = add_string (self, pen->title);
  g_array_set_size (self->points, self->points->len + n_points);
  return item;
}

static void
set_bounds (QuoItem *item,
            double   left,
            double   top,
            double   right,
            double   bottom)
{
  double width = item->width;
  if (width <= 0)
    {
      /* The theme is not known yet; none draws wider lines than this one. */
      const QuoTheme *theme = quo_theme_get (QUO_THEME_HIGH_CONTRAST);
      width = quo_theme_get_rule (theme, item->style)->width;
    }
  double pad = width / 2;
  if (item->head != QUO_HEAD_NONE || item->tail != QUO_HEAD_NONE)
    pad += quo_head_reach (width) * 1.1;
  item->left = (float) (left - pad);
  item->top = (float) (top - pad);
  item->right = (float) (right + pad);
  item->bottom = (float) (bottom + pad);
}

static guint
add_points (QuoScene       *self,
            QuoPrimitive    primitive,
            const QuoPen   *pen,
            const QuoPoint *from,
            guint           n_points)
{
  QuoItem *item = add_item (self, primitive, pen, n_points);
  QuoPoint *to = quo_scene_points (self, item);
  float left = G_MAXFLOAT, top = G_MAXFLOAT;
  float right = -G_MAXFLOAT, bottom = -G_MAXFLOAT;

  for (guint i = 0; i < n_points; i++)
    {
      to[i].x = coordinate (from[i].x);
      to[i].y = coordinate (from[i].y);
      left = MIN (left, to[i].x);
      right = MAX (right, to[i].x);
      top = MIN (top, to[i].y);
      bottom = MAX (bottom, to[i].y);
    }
  set_bounds (item, left, top, right, bottom);
  return self->items->len - 1;
}

/**
 * quo_scene_add_line:
 *
 * A straight line; with a head or a tail in @pen, an arrow.
 *
 * Here and below, a number that is not finite counts as 0 and one that is too far
 * out to be painted is brought in.
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_line (QuoScene     *self,
                    const QuoPen *pen,
                    double        x1,
                    double        y1,
                    double        x2,
                    double        y2)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);

  QuoPoint points[2] = { { coordinate (x1), coordinate (y1) },
                         { coordinate (x2), coordinate (y2) } };
  return add_points (self, QUO_PRIMITIVE_LINE, pen, points, 2);
}

/**
 * quo_scene_add_polyline:
 * @points: (array length=n_points): copied
 * @n_points: 2 or more
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_polyline (QuoScene       *self,
                        const QuoPen   *pen,
                        const QuoPoint *points,
                        guint           n_points)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);
  g_return_val_if_fail (points != NULL && n_points >= 2, 0);

  return add_points (self, QUO_PRIMITIVE_POLYLINE, pen, points, n_points);
}

/**
 * quo_scene_add_polygon:
 * @points: (array length=n_points): copied; the last is joined to the first
 * @n_points: 3 or more
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_polygon (QuoScene       *self,
                       const QuoPen   *pen,
                       const QuoPoint *points,
                       guint           n_points)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);
  g_return_val_if_fail (points != NULL && n_points >= 3, 0);

  return add_points (self, QUO_PRIMITIVE_POLYGON, pen, points, n_points);
}

/**
 * quo_scene_add_curve:
 * @points: start, two control points, end of a cubic Bézier curve
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_curve (QuoScene       *self,
                     const QuoPen   *pen,
                     const QuoPoint  points[4])
{
  g_return_val_if_fail (self != NULL && pen != NULL && points != NULL, 0);

  return add_points (self, QUO_PRIMITIVE_CURVE, pen, points, 4);
}

/**
 * quo_scene_add_rectangle:
 * @radius: of the corners in px; brought down to half the shorter side
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_rectangle (QuoScene     *self,
                         const QuoPen *pen,
                         double        x,
                         double        y,
                         double        width,
                         double        height,
                         double        radius)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);

  QuoItem *item = add_item (self, QUO_PRIMITIVE_RECTANGLE, pen, 3);
  QuoPoint *to = quo_scene_points (self, item);
  width = MAX (coordinate (width), 0);
  height = MAX (coordinate (height), 0);
  to[0] = (QuoPoint) { coordinate (x), coordinate (y) };
  to[1] = (QuoPoint) { (float) width, (float) height };
  to[2] = (QuoPoint) {
    (float) CLAMP (coordinate (radius), 0, MIN (width, height) / 2), 0
  };
  set_bounds (item, to[0].x, to[0].y, to[0].x + width, to[0].y + height);
  return self->items->len - 1;
}

/**
 * quo_scene_add_ellipse:
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_ellipse (QuoScene     *self,
                       const QuoPen *pen,
                       double        center_x,
                       double        center_y,
                       double        radius_x,
                       double        radius_y)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);

  QuoItem *item = add_item (self, QUO_PRIMITIVE_ELLIPSE, pen, 2);
  QuoPoint *to = quo_scene_points (self, item);
  to[0] = (QuoPoint) { coordinate (center_x), coordinate (center_y) };
  to[1]
    = (QuoPoint) { coordinate (fabs (radius_x)), coordinate (fabs (radius_y)) };
  set_bounds (item, to[0].x - to[1].x, to[0].y - to[1].y,
              to[0].x + to[1].x, to[0].y + to[1].y);
  return self->items->len - 1;
}

/**
 * quo_scene_add_arc:
 * @start_turns: where it begins, in whole turns clockwise from 12 o'clock
 * @end_turns: where it ends; at least @start_turns, a whole turn more at the most
 *
 * A part of a ring, never filled: a timer's ring half run down is 0 to 0.5.
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_arc (QuoScene     *self,
                   const QuoPen *pen,
                   double        center_x,
                   double        center_y,
                   double        radius,
                   double        start_turns,
                   double        end_turns)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);

  QuoItem *item = add_item (self, QUO_PRIMITIVE_ARC, pen, 3);
  QuoPoint *to = quo_scene_points (self, item);
  start_turns = coordinate (start_turns);
  to[0] = (QuoPoint) { coordinate (center_x), coordinate (center_y) };
  to[1] = (QuoPoint) { coordinate (fabs (radius)), (float) start_turns };
  to[2] = (QuoPoint) {
    (float) CLAMP (coordinate (end_turns), start_turns, start_turns + 1), 0
  };
  set_bounds (item, to[0].x - to[1].x, to[0].y - to[1].x,
              to[0].x + to[1].x, to[0].y + to[1].x);
  return self->items->len - 1;
}

/**
 * quo_scene_add_mark:
 * @size: from side to side, in px
 * @turns: how far it is turned, in whole turns clockwise; a #QUO_MARK_TAG points to
 *   the right at 0
 *
 * A small sign centered on (@x, @y).
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_mark (QuoScene     *self,
                    const QuoPen *pen,
                    QuoMark       mark,
                    double        x,
                    double        y,
                    double        size,
                    double        turns)
{
  g_return_val_if_fail (self != NULL && pen != NULL, 0);

  QuoItem *item = add_item (self, QUO_PRIMITIVE_MARK, pen, 2);
  QuoPoint *to = quo_scene_points (self, item);
  item->mark = mark;
  to[0] = (QuoPoint) { coordinate (x), coordinate (y) };
  to[1] = (QuoPoint) { coordinate (fabs (size)), coordinate (turns) };
  /* A turned square reaches out to its corners. */
  double reach = to[1].x * 0.71;
  set_bounds (item, to[0].x - reach, to[0].y - reach,
              to[0].x + reach, to[0].y + reach);
  return self->items->len - 1;
}

/**
 * quo_scene_add_text:
 * @x: where @pen's alignment puts the start, the middle or the end
 * @y: the baseline
 * @text: one line of UTF-8, copied; bytes that are none are replaced
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_text (QuoScene     *self,
                    const QuoPen *pen,
                    double        x,
                    double        y,
                    const char   *text)
{
  g_return_val_if_fail (self != NULL && pen != NULL && text != NULL, 0);

  QuoItem *item = add_item (self, QUO_PRIMITIVE_TEXT, pen, 1);
  item->text = add_string (self, text);
  QuoPoint *to = quo_scene_points (self, item);
  to[0] = (QuoPoint) { coordinate (x), coordinate (y) };
  item->right = NAN;
  return self->items->len - 1;
}

/**
 * quo_scene_add_printf:
 *
 * quo_scene_add_text() of a formatted text.
 *
 * Returns: the primitive's index
 */
guint
quo_scene_add_printf (QuoScene     *self,
                      const QuoPen *pen,
                      double        x,
                      double        y,
                      const char   *format,
                      ...)
{
  char buffer[256];
  va_list args;

  va_start (args, format);
  gint length = g_vsnprintf (buffer, sizeof buffer, format, args);
  va_end (args);
  if (length < (gint) sizeof buffer)
    return quo_scene_add_text (self, pen, x, y, buffer);

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  return quo_scene_add_text (self, pen, x, y, text);
}
