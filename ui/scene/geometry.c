/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/geometry-private.h"

#include <math.h>

/*< private >
 * quo_point_towards:
 *
 * Returns: the point @distance px from @from on the way to @to, but not beyond it
 */
QuoPoint
quo_point_towards (QuoPoint from,
                   QuoPoint to,
                   double   distance)
{
  double dx = (double) to.x - from.x, dy = (double) to.y - from.y;
  double length = hypot (dx, dy);
  if (length <= distance || length <= 0)
    return length <= 0 ? from : to;
  return (QuoPoint) { (float) (from.x + dx * distance / length),
                      (float) (from.y + dy * distance / length) };
}

/*< private >
 * quo_outline_head:
 * @tip: where the line ends
 * @from: a point before that, which gives the direction
 * @width: of the line
 *
 * Returns: the arrow head's shape
 */
QuoOutline
quo_outline_head (QuoHead  head,
                  QuoPoint tip,
                  QuoPoint from,
                  double   width)
{
  QuoOutline outline = { .n_points = 0 };
  double dx = (double) tip.x - from.x, dy = (double) tip.y - from.y;
  double length = hypot (dx, dy);
  double ux = length > 0 ? dx / length : 1, uy = length > 0 ? dy / length : 0;
  double reach = quo_head_reach (width);
  double half = reach * 0.42;
  double back_x = tip.x - ux * reach, back_y = tip.y - uy * reach;
  QuoPoint left
    = { (float) (back_x - uy * half), (float) (back_y + ux * half) };
  QuoPoint right
    = { (float) (back_x + uy * half), (float) (back_y - ux * half) };

  switch (head)
    {
    case QUO_HEAD_NONE:
      break;
    case QUO_HEAD_FILLED:
      outline = (QuoOutline) { .points = { tip, left, right }, .n_points = 3,
                               .is_closed = TRUE, .is_filled = TRUE,
                               .setback = (float) (reach * 0.7) };
      break;
    case QUO_HEAD_OPEN:
      outline = (QuoOutline) { .points = { left, tip, right }, .n_points = 3,
                               .strokes = { 3 } };
      break;
    case QUO_HEAD_HALF:
      outline = (QuoOutline) { .points = { tip, left }, .n_points = 2,
                               .strokes = { 2 } };
      break;
    case QUO_HEAD_CROSS:
      {
        float arm = (float) (half * 1.1);
        outline = (QuoOutline) { .points = { { tip.x - arm, tip.y - arm },
                                            { tip.x + arm, tip.y + arm },
                                            { tip.x - arm, tip.y + arm },
                                            { tip.x + arm, tip.y - arm } },
                                .n_points = 4,
                                .strokes = { 2, 2 } };
        break;
      }
    case QUO_HEAD_DOT:
      outline = (QuoOutline) { .points = { tip },
                              .n_points = 1,
                              .radius = (float) (half * 0.8),
                              .is_filled = TRUE };
      break;
    default:
      break;
    }
  return outline;
}

/* Each mark in a square from -1 to 1. */
static const struct
{
  guint n_points;
  guint strokes[3];
  float points[QUO_OUTLINE_MAX][2];
} mark_shapes[] = {
  [QUO_MARK_CROSS] = { 4, { 2, 2 }, { { -.8f, -.8f }, { .8f, .8f },
                                      { -.8f, .8f }, { .8f, -.8f } } },
  [QUO_MARK_TICK] = { 3, { 3 }, { { -.9f, .05f }, { -.3f, .7f },
                                  { .9f, -.7f } } },
  [QUO_MARK_SQUARE] = { 4, { 0 }, { { -.85f, -.85f }, { .85f, -.85f },
                                    { .85f, .85f }, { -.85f, .85f } } },
  [QUO_MARK_DIAMOND] = { 4, { 0 }, { { 0, -1 }, { 1, 0 },
                                     { 0, 1 }, { -1, 0 } } },
  [QUO_MARK_TRIANGLE] = { 3, { 0 }, { { 0, -.85f }, { .95f, .75f },
                                      { -.95f, .75f } } },
  [QUO_MARK_TAG] = { 5, { 0 }, { { -1, -.6f }, { .4f, -.6f }, { 1, 0 },
                                 { .4f, .6f }, { -1, .6f } } },
};

/*< private >
 * quo_outline_mark:
 * @points: (x, y) and (size, turns)
 *
 * Returns: the mark's shape
 */
QuoOutline
quo_outline_mark (const QuoItem *item,
                  const QuoPoint points[2])
{
  QuoOutline outline = { .n_points = 1, .points = { points[0] } };
  double half = points[1].x / 2;
  if (item->mark == QUO_MARK_DOT || item->mark == QUO_MARK_RING)
    {
      outline.radius = (float) half;
      outline.is_closed = TRUE;
      outline.is_filled = item->mark == QUO_MARK_DOT;
      return outline;
    }

  double angle = 2 * G_PI * points[1].y;
  double c = half, s = 0;
  if (points[1].y != 0)
    {
      c = cos (angle) * half;
      s = sin (angle) * half;
    }
  outline.n_points = mark_shapes[item->mark].n_points;
  for (guint i = 0; i < outline.n_points; i++)
    {
      const float *p = mark_shapes[item->mark].points[i];
      outline.points[i].x = (float) (points[0].x + p[0] * c - p[1] * s);
      outline.points[i].y = (float) (points[0].y + p[0] * s + p[1] * c);
    }
  for (guint i = 0; i < G_N_ELEMENTS (mark_shapes[0].strokes); i++)
    outline.strokes[i] = mark_shapes[item->mark].strokes[i];
  outline.is_closed = outline.strokes[0] == 0;
  outline.is_filled = outline.is_closed;
  return outline;
}

/*< private >
 * quo_dash_lengths:
 * @width: of the line
 * @lengths: (out): on and off
 *
 * Returns: whether the line is dashed at all
 */
gboolean
quo_dash_lengths (QuoDash dash,
                  double  width,
                  double  lengths[2])
{
  if (dash == QUO_DASH_DASHED)
    {
      lengths[0] = 2.2 + 1.6 * width;
      lengths[1] = 1.6 + 1.2 * width;
      return TRUE;
    }
  lengths[0] = MAX (width, 1);
  lengths[1] = 1.4 + 1.6 * width;
  return dash == QUO_DASH_DOTTED;
}

/*< private >
 * quo_item_cover:
 *
 * Returns: what of the item is filled and stroked
 */
QuoCover
quo_item_cover (const QuoItem *item)
{
  QuoCover line = { QUO_INSIDE_NONE, TRUE };

  switch ((QuoPrimitive) item->primitive)
    {
    case QUO_PRIMITIVE_TEXT:
      return (QuoCover) { QUO_INSIDE_INK, FALSE };
    case QUO_PRIMITIVE_ARC:
    case QUO_PRIMITIVE_LINE:
    case QUO_PRIMITIVE_POLYLINE:
    case QUO_PRIMITIVE_CURVE:
      return line;
    case QUO_PRIMITIVE_MARK:
      if (item->mark == QUO_MARK_CROSS || item->mark == QUO_MARK_TICK)
        return line;
      if (item->paint == QUO_PAINT_AUTO)
        return item->mark == QUO_MARK_RING
                 ? (QuoCover) { QUO_INSIDE_WASH, TRUE }
                 : (QuoCover) { QUO_INSIDE_INK, FALSE };
      break;
    case QUO_PRIMITIVE_POLYGON:
    case QUO_PRIMITIVE_RECTANGLE:
    case QUO_PRIMITIVE_ELLIPSE:
    default:
      break;
    }

  switch ((QuoPaint) item->paint)
    {
    case QUO_PAINT_STROKE:
      return line;
    case QUO_PAINT_FILL:
      return (QuoCover) { QUO_INSIDE_INK, FALSE };
    case QUO_PAINT_WASH:
      return (QuoCover) { QUO_INSIDE_WASH, FALSE };
    case QUO_PAINT_SOFT:
      return (QuoCover) { QUO_INSIDE_SOFT, TRUE };
    case QUO_PAINT_AUTO:
    default:
      return (QuoCover) { QUO_INSIDE_WASH, TRUE };
    }
}
