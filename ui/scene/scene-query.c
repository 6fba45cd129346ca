/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/scene-private.h"

#include <math.h>
#include <string.h>

/*< private >
 * quo_scene_measure:
 *
 * Gives a text its bounds, which is left until somebody asks: a picture that is only
 * written as SVG never does.
 */
void
quo_scene_measure (QuoScene *self,
                   QuoItem  *item)
{
  if (!isnan (item->right))
    return;

  const QuoPoint *at = quo_scene_points (self, item);
  double width = quo_metrics_get_width (self->metrics, item->font, item->size,
                                        quo_scene_string (self, item->text));
  double ascent
    = quo_metrics_get_ascent (self->metrics, item->font, item->size);
  double height
    = quo_metrics_get_height (self->metrics, item->font, item->size);
  double left = at->x;
  if (item->align == QUO_ALIGN_MIDDLE)
    left -= width / 2;
  else if (item->align == QUO_ALIGN_END)
    left -= width;

  item->left = (float) left;
  item->top = (float) (at->y - ascent);
  item->bottom = (float) (at->y - ascent + height);
  item->right = (float) (left + width);
}

/**
 * quo_scene_get_n_items:
 *
 * Returns: how many primitives there are
 */
guint
quo_scene_get_n_items (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->items->len;
}

/**
 * quo_scene_get_primitive:
 *
 * Returns: what shape the primitive at @index has
 */
QuoPrimitive
quo_scene_get_primitive (QuoScene *self,
                         guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, 0);

  return quo_scene_item (self, index)->primitive;
}

/**
 * quo_scene_get_style:
 *
 * Returns: the class of the primitive at @index
 */
QuoStyle
quo_scene_get_style (QuoScene *self,
                     guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, 0);

  return quo_scene_item (self, index)->style;
}

/**
 * quo_scene_get_layer:
 *
 * Returns: the layer of the primitive at @index
 */
QuoLayer
quo_scene_get_layer (QuoScene *self,
                     guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, 0);

  return quo_scene_item (self, index)->layer;
}

/**
 * quo_scene_get_id:
 *
 * Returns: the trace element that the primitive at @index stands for; 0 for none
 */
guint64
quo_scene_get_id (QuoScene *self,
                  guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, 0);

  return quo_scene_item (self, index)->id;
}

/**
 * quo_scene_get_text:
 *
 * Returns: (transfer none): the text of a text run, else the empty string; valid
 *   until the scene is added to or cleared
 */
const char *
quo_scene_get_text (QuoScene *self,
                    guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, NULL);

  return quo_scene_string (self, quo_scene_item (self, index)->text);
}

/**
 * quo_scene_get_label:
 *
 * Returns: (transfer none): what the primitive at @index says: its title, or that of
 *   the nearest group around it that has one, or its text; valid until the scene is
 *   added to or cleared
 */
const char *
quo_scene_get_label (QuoScene *self,
                     guint     index)
{
  g_return_val_if_fail (self != NULL && index < self->items->len, NULL);

  const QuoItem *item = quo_scene_item (self, index);
  guint32 title = item->title;
  for (guint32 g = item->group; title == 0 && g != 0;)
    {
      const QuoGroup *group = quo_scene_group (self, g);
      title = group->title;
      g = group->parent;
    }
  return quo_scene_string (self, title != 0 ? title : item->text);
}

static gboolean
visible_bounds (QuoScene *self,
                QuoItem  *item,
                QuoBox   *ret_box)
{
  quo_scene_measure (self, item);

  float left = item->left, top = item->top;
  float right = item->right, bottom = item->bottom;
  if (item->clip != 0)
    {
      const QuoBox *clip = quo_scene_clip (self, item->clip);
      left = MAX (left, clip->x);
      top = MAX (top, clip->y);
      right = MIN (right, clip->x + clip->width);
      bottom = MIN (bottom, clip->y + clip->height);
    }
  *ret_box = (QuoBox) { left, top, MAX (right - left, 0), MAX (bottom - top, 0) };
  return right > left && bottom > top;
}

/**
 * quo_scene_get_bounds:
 *
 * Returns: the box around the primitive at @index, its stroke included, cut by its
 *   clip; of no width or height when nothing of it is left
 */
QuoBox
quo_scene_get_bounds (QuoScene *self,
                      guint     index)
{
  QuoBox box = { 0 };
  g_return_val_if_fail (self != NULL && index < self->items->len, box);

  visible_bounds (self, quo_scene_item (self, index), &box);
  return box;
}

/**
 * quo_scene_find_by_id:
 * @ret_index: (out) (optional): the first primitive that stands for @id
 *
 * Returns: whether there is one
 */
gboolean
quo_scene_find_by_id (QuoScene *self,
                      guint64   id,
                      guint    *ret_index)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->items->len; i++)
    if (quo_scene_item (self, i)->id == id)
      {
        if (ret_index != NULL)
          *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * quo_scene_get_id_bounds:
 * @ret_bounds: (out): the box around all that can be seen of @id
 *
 * Returns: whether anything of it can be seen
 */
gboolean
quo_scene_get_id_bounds (QuoScene *self,
                         guint64   id,
                         QuoBox   *ret_bounds)
{
  g_return_val_if_fail (self != NULL && ret_bounds != NULL, FALSE);

  gboolean found = FALSE;
  QuoBox all = { 0 };
  for (guint i = 0; i < self->items->len; i++)
    {
      QuoItem *item = quo_scene_item (self, i);
      QuoBox box;
      if (item->id != id || !visible_bounds (self, item, &box))
        continue;
      if (found)
        {
          float right = MAX (all.x + all.width, box.x + box.width);
          float bottom = MAX (all.y + all.height, box.y + box.height);
          box.x = MIN (all.x, box.x);
          box.y = MIN (all.y, box.y);
          box.width = right - box.x;
          box.height = bottom - box.y;
        }
      all = box;
      found = TRUE;
    }
  if (found)
    *ret_bounds = all;
  return found;
}

/**
 * quo_scene_get_id_label:
 *
 * Returns: (transfer none): what @id says: the first title among its primitives and
 *   their groups, else its first text, else the empty string
 */
const char *
quo_scene_get_id_label (QuoScene *self,
                        guint64   id)
{
  g_return_val_if_fail (self != NULL, NULL);

  guint32 text = 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      const QuoItem *item = quo_scene_item (self, i);
      if (item->id != id)
        continue;
      const char *label = quo_scene_get_label (self, i);
      if (*label != '\0' && label != quo_scene_string (self, item->text))
        return label;
      if (text == 0)
        text = item->text;
    }
  return quo_scene_string (self, text);
}

static double
segment_distance (double   x,
                  double   y,
                  QuoPoint a,
                  QuoPoint b)
{
  double dx = (double) b.x - a.x, dy = (double) b.y - a.y;
  double length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
  t = CLAMP (t, 0, 1);
  return hypot (x - (a.x + t * dx), y - (a.y + t * dy));
}

static double
polyline_distance (double          x,
                   double          y,
                   const QuoPoint *points,
                   guint           n_points,
                   gboolean        closed)
{
  double nearest = closed
                     ? segment_distance (x, y, points[n_points - 1], points[0])
                     : G_MAXDOUBLE;
  for (guint i = 1; i < n_points; i++)
    nearest = MIN (nearest, segment_distance (x, y, points[i - 1], points[i]));
  return nearest;
}

static double
curve_distance (double         x,
                double         y,
                const QuoPoint p[4])
{
  QuoPoint steps[25];
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double t = i / (double) (G_N_ELEMENTS (steps) - 1), s = 1 - t;
      double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
      steps[i].x = (float) (a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x);
      steps[i].y = (float) (a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y);
    }
  return polyline_distance (x, y, steps, G_N_ELEMENTS (steps), FALSE);
}

static gboolean
polygon_contains (double          x,
                  double          y,
                  const QuoPoint *points,
                  guint           n_points)
{
  gboolean inside = FALSE;
  for (guint i = 0, j = n_points - 1; i < n_points; j = i++)
    {
      if ((points[i].y > y) == (points[j].y > y))
        continue;
      double cut = (double) (points[j].x - points[i].x) * (y - points[i].y)
                     / (points[j].y - points[i].y) + points[i].x;
      if (x < cut)
        inside = !inside;
    }
  return inside;
}

/* How far (x, y) lies outside a box; negative inside, then to the nearest side. */
static double
box_distance (double x,
              double y,
              double left,
              double top,
              double right,
              double bottom)
{
  double dx = MAX (left - x, x - right);
  double dy = MAX (top - y, y - bottom);
  if (dx <= 0 && dy <= 0)
    return MAX (dx, dy);
  return hypot (MAX (dx, 0), MAX (dy, 0));
}

static double
ellipse_distance (double   x,
                  double   y,
                  QuoPoint center,
                  QuoPoint radius)
{
  if (radius.x <= 0 || radius.y <= 0)
    return hypot (x - center.x, y - center.y);

  /* Exact for a circle; for an ellipse, along the ray from the center. */
  double dx = x - center.x, dy = y - center.y;
  double scale = hypot (dx / radius.x, dy / radius.y);
  double length = hypot (dx, dy);
  if (scale <= 0)
    return -MIN (radius.x, radius.y);
  return length - length / scale;
}

static double
arc_distance (double          x,
              double          y,
              const QuoPoint *points)
{
  double dx = x - points[0].x, dy = y - points[0].y;
  double turns = atan2 (dx, -dy) / (2 * G_PI) - points[1].y;
  turns -= floor (turns);
  if (turns <= points[2].x - points[1].y)
    return fabs (hypot (dx, dy) - points[1].x);

  double nearest = G_MAXDOUBLE;
  double ends[2] = { points[1].y, points[2].x };
  for (guint i = 0; i < 2; i++)
    {
      double angle = 2 * G_PI * ends[i];
      nearest = MIN (nearest, hypot (dx - points[1].x * sin (angle),
                                     dy + points[1].x * cos (angle)));
    }
  return nearest;
}

/* Signed distance to the item: below 0 inside an area that is painted. */
static double
item_distance (QuoScene      *self,
               const QuoItem *item,
               double         x,
               double         y)
{
  const QuoPoint *p = quo_scene_points (self, item);
  double distance = G_MAXDOUBLE;
  gboolean hollow = item->paint == QUO_PAINT_STROKE;

  switch ((QuoPrimitive) item->primitive)
    {
    case QUO_PRIMITIVE_LINE:
    case QUO_PRIMITIVE_POLYLINE:
      return polyline_distance (x, y, p, item->n_points, FALSE);
    case QUO_PRIMITIVE_CURVE:
      return curve_distance (x, y, p);
    case QUO_PRIMITIVE_ARC:
      return arc_distance (x, y, p);
    case QUO_PRIMITIVE_POLYGON:
      distance = polyline_distance (x, y, p, item->n_points, TRUE);
      if (polygon_contains (x, y, p, item->n_points))
        distance = -distance;
      break;
    case QUO_PRIMITIVE_RECTANGLE:
      distance = box_distance (x, y, p[0].x, p[0].y,
                               p[0].x + p[1].x, p[0].y + p[1].y);
      break;
    case QUO_PRIMITIVE_ELLIPSE:
      distance = ellipse_distance (x, y, p[0], p[1]);
      break;
    case QUO_PRIMITIVE_MARK:
      distance = hypot (x - p[0].x, y - p[0].y) - p[1].x / 2;
      hollow = FALSE;
      break;
    case QUO_PRIMITIVE_TEXT:
      distance = box_distance (x, y, item->left, item->top,
                               item->right, item->bottom);
      hollow = FALSE;
      break;
    default:
      break;
    }
  return hollow ? fabs (distance) : distance;
}

static gboolean
is_within (QuoScene *self,
           QuoItem  *item,
           double    x,
           double    y,
           double    tolerance)
{
  quo_scene_measure (self, item);
  if (x < item->left - tolerance || x > item->right + tolerance
      || y < item->top - tolerance || y > item->bottom + tolerance)
    return FALSE;
  if (item->clip == 0)
    return TRUE;

  const QuoBox *clip = quo_scene_clip (self, item->clip);
  return x >= clip->x && x <= clip->x + clip->width
         && y >= clip->y && y <= clip->y + clip->height;
}

/**
 * quo_scene_hit:
 * @tolerance: how far off a thin thing may be, in px
 * @ret_id: (out) (optional): the trace element under the point
 *
 * Goes from the top down. An area that holds the point hides what lies below it; a
 * line, an outline or anything else that is only near competes with the others near
 * it and wins against the area below them. Primitives that stand for nothing are
 * looked through.
 *
 * Returns: whether there is anything
 */
gboolean
quo_scene_hit (QuoScene *self,
               double    x,
               double    y,
               double    tolerance,
               guint64  *ret_id)
{
  g_return_val_if_fail (self != NULL, FALSE);

  double nearest = G_MAXDOUBLE;
  guint64 id = 0;
  for (int layer = QUO_N_LAYERS - 1; layer >= 0; layer--)
    for (guint i = self->items->len; i-- > 0;)
      {
        QuoItem *item = quo_scene_item (self, i);
        if (item->layer != layer || item->id == 0
            || !is_within (self, item, x, y, tolerance))
          continue;
        double distance = item_distance (self, item, x, y);
        if (distance < 0)
          {
            /* Thin things above it were met first. */
            if (id == 0)
              id = item->id;
            layer = 0;
            break;
          }
        distance = MAX (distance - item->width / 2, 0);
        if (distance <= tolerance && distance < nearest)
          {
            nearest = distance;
            id = item->id;
          }
      }
  if (id != 0 && ret_id != NULL)
    *ret_id = id;
  return id != 0;
}
