/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/painter.h"

#include <math.h>

#include "scene/geometry-private.h"
#include "scene/metrics-private.h"
#include "scene/sprite-private.h"

/* How much of what lies behind a text's plate is hidden. */
#define PLATE_ALPHA 0.86f

typedef struct
{
  QuoScene *scene;
  cairo_t *cr;
  const QuoTheme *theme;
  QuoColor color;      /* what the source is set to */
  double scale_x;      /* device px per scene px; 0 when turned or skewed */
  double scale_y;
  double offset_x;
  double offset_y;
  double device_scale; /* of the target, where sprites can be used; else 0 */
  double device_offset_x;
  double device_offset_y;
  guint32 clip;
} Painter;

static void
set_color (Painter  *self,
           QuoColor  color,
           float     opacity)
{
  color.alpha *= opacity;
  if (color.red == self->color.red && color.green == self->color.green
      && color.blue == self->color.blue && color.alpha == self->color.alpha)
    return;
  cairo_set_source_rgba (self->cr, color.red, color.green, color.blue,
                         color.alpha);
  self->color = color;
}

static void
find_scale (Painter *self)
{
  cairo_matrix_t matrix;
  double device_x = 1, device_y = 1, device_offset_x, device_offset_y;

  cairo_get_matrix (self->cr, &matrix);
  cairo_surface_t *target = cairo_get_group_target (self->cr);
  cairo_surface_get_device_scale (target, &device_x, &device_y);
  cairo_surface_get_device_offset (target, &device_offset_x, &device_offset_y);
  if (matrix.xy != 0 || matrix.yx != 0 || matrix.xx <= 0 || matrix.yy <= 0)
    return;
  self->scale_x = matrix.xx * device_x;
  self->scale_y = matrix.yy * device_y;
  self->offset_x = matrix.x0 * device_x + device_offset_x;
  self->offset_y = matrix.y0 * device_y + device_offset_y;
  /* In a PDF or a recording, circles stay circles. */
  if (cairo_surface_get_type (target) == CAIRO_SURFACE_TYPE_IMAGE
      && device_x == device_y && self->scale_x == self->scale_y)
    self->device_scale = device_x;
  self->device_offset_x = device_offset_x;
  self->device_offset_y = device_offset_y;
}

/* The place nearest to @value where a line of @width device px has sharp edges. */
static double
snap (double value,
      double scale,
      double offset,
      double width)
{
  if (scale <= 0)
    return value;
  double device = value * scale + offset;
  gboolean is_odd = (gint64) width % 2 != 0;
  device = is_odd ? floor (device) + 0.5 : round (device);
  return (device - offset) / scale;
}

/* A width in whole device px, at least one. */
static double
snap_width (double width,
            double scale)
{
  return scale > 0 ? MAX (round (width * scale), 1) : width;
}

static double
stroke_width (Painter       *self,
              const QuoItem *item)
{
  return item->width > 0 ? item->width
                         : quo_theme_get_rule (self->theme, item->style)->width;
}

static void
stroke (Painter       *self,
        const QuoItem *item,
        double         width)
{
  QuoDash dash = item->dash;
  if (dash == QUO_DASH_DEFAULT)
    dash = quo_theme_get_rule (self->theme, item->style)->dash;

  double lengths[2];
  gboolean is_dashed = quo_dash_lengths (dash, width, lengths);
  if (is_dashed)
    cairo_set_dash (self->cr, lengths, 2, 0);
  cairo_set_line_width (self->cr, width);
  set_color (self, quo_theme_get_ink (self->theme, item->style, item->tint),
             item->opacity);
  cairo_stroke (self->cr);
  if (is_dashed)
    cairo_set_dash (self->cr, NULL, 0, 0);
}

static QuoColor
inside_color (Painter       *self,
              const QuoItem *item,
              QuoInside      inside)
{
  if (inside == QUO_INSIDE_INK)
    return quo_theme_get_ink (self->theme, item->style, item->tint);
  if (inside == QUO_INSIDE_SOFT)
    return quo_theme_get_soft (self->theme, item->style, item->tint);
  return quo_theme_get_rule (self->theme, item->style)->wash;
}

/* Fills and strokes the current path as the item says. */
static void
cover (Painter       *self,
       const QuoItem *item)
{
  QuoCover how = quo_item_cover (item);
  if (how.inside != QUO_INSIDE_NONE)
    {
      set_color (self, inside_color (self, item, how.inside), item->opacity);
      if (!how.is_stroked)
        {
          cairo_fill (self->cr);
          return;
        }
      cairo_fill_preserve (self->cr);
    }
  stroke (self, item, stroke_width (self, item));
}

static void
trace_outline (cairo_t          *cr,
               const QuoOutline *outline)
{
  const QuoPoint *p = outline->points;
  if (outline->radius > 0)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, p[0].x, p[0].y, outline->radius, 0, 2 * G_PI);
      return;
    }

  guint next = 0, strokes = 0;
  for (guint i = 0; i < outline->n_points; i++)
    {
      if (i != next)
        {
          cairo_line_to (cr, p[i].x, p[i].y);
          continue;
        }
      cairo_move_to (cr, p[i].x, p[i].y);
      next
        += outline->is_closed ? outline->n_points : outline->strokes[strokes++];
    }
  if (outline->is_closed)
    cairo_close_path (cr);
}

static void
paint_head (Painter       *self,
            const QuoItem *item,
            QuoHead        head,
            QuoPoint       tip,
            QuoPoint       from,
            double         width)
{
  QuoOutline outline = quo_outline_head (head, tip, from, width);
  trace_outline (self->cr, &outline);
  set_color (self, quo_theme_get_ink (self->theme, item->style, item->tint),
             item->opacity);
  if (outline.is_filled)
    {
      cairo_fill (self->cr);
      return;
    }
  cairo_set_line_width (self->cr, width);
  cairo_stroke (self->cr);
}

/* The line ends a little before the tip of a filled head, or it would stick out. */
static QuoPoint
set_back (QuoHead  head,
          QuoPoint tip,
          QuoPoint from,
          double   width)
{
  if (head != QUO_HEAD_FILLED)
    return tip;
  return quo_point_towards (tip, from,
                            quo_outline_head (head, tip, from, width).setback);
}

static void
paint_line (Painter        *self,
            const QuoItem  *item,
            const QuoPoint *p)
{
  double width = stroke_width (self, item);
  QuoPoint a = set_back (item->tail, p[0], p[1], width);
  QuoPoint b = set_back (item->head, p[1], p[0], width);
  double x1 = a.x, y1 = a.y, x2 = b.x, y2 = b.y;
  if (p[0].x == p[1].x && self->scale_x > 0)
    {
      double device = snap_width (width, self->scale_x);
      x1 = x2 = snap (x1, self->scale_x, self->offset_x, device);
      width = device / self->scale_x;
    }
  else if (p[0].y == p[1].y && self->scale_y > 0)
    {
      double device = snap_width (width, self->scale_y);
      y1 = y2 = snap (y1, self->scale_y, self->offset_y, device);
      width = device / self->scale_y;
    }

  cairo_move_to (self->cr, x1, y1);
  cairo_line_to (self->cr, x2, y2);
  stroke (self, item, width);
  if (item->head != QUO_HEAD_NONE)
    paint_head (self, item, item->head, p[1], p[0], stroke_width (self, item));
  if (item->tail != QUO_HEAD_NONE)
    paint_head (self, item, item->tail, p[0], p[1], stroke_width (self, item));
}

/* One stroke for all its segments, so that their joints are smooth; a polyline is a
 * curve that rarely crosses itself, and thousands of points are cut into runs. */
static void
paint_polyline (Painter        *self,
                const QuoItem  *item,
                const QuoPoint *p)
{
  const guint run = 256;
  double width = stroke_width (self, item);
  guint last = item->n_points - 1;
  QuoPoint start = set_back (item->tail, p[0], p[1], width);
  QuoPoint end = set_back (item->head, p[last], p[last - 1], width);

  cairo_move_to (self->cr, start.x, start.y);
  for (guint i = 1; i < last; i++)
    {
      cairo_line_to (self->cr, p[i].x, p[i].y);
      if (i % run == 0)
        {
          stroke (self, item, width);
          cairo_move_to (self->cr, p[i].x, p[i].y);
        }
    }
  cairo_line_to (self->cr, end.x, end.y);
  stroke (self, item, width);
  if (item->head != QUO_HEAD_NONE)
    paint_head (self, item, item->head, p[last], p[last - 1], width);
  if (item->tail != QUO_HEAD_NONE)
    paint_head (self, item, item->tail, p[0], p[1], width);
}

static void
paint_curve (Painter        *self,
             const QuoItem  *item,
             const QuoPoint *p)
{
  double width = stroke_width (self, item);
  QuoPoint start = set_back (item->tail, p[0], p[1], width);
  QuoPoint end = set_back (item->head, p[3], p[2], width);

  cairo_move_to (self->cr, start.x, start.y);
  cairo_curve_to (self->cr, p[1].x, p[1].y, p[2].x, p[2].y, end.x, end.y);
  stroke (self, item, width);
  if (item->head != QUO_HEAD_NONE)
    paint_head (self, item, item->head, p[3], p[2], width);
  if (item->tail != QUO_HEAD_NONE)
    paint_head (self, item, item->tail, p[0], p[1], width);
}

static void
paint_rectangle (Painter        *self,
                 const QuoItem  *item,
                 const QuoPoint *p)
{
  cairo_t *cr = self->cr;
  double width = 0;
  if (quo_item_cover (item).is_stroked)
    width = snap_width (stroke_width (self, item), self->scale_x);

  double left = snap (p[0].x, self->scale_x, self->offset_x, width);
  double top = snap (p[0].y, self->scale_y, self->offset_y, width);
  double right
    = snap ((double) p[0].x + p[1].x, self->scale_x, self->offset_x, width);
  double bottom
    = snap ((double) p[0].y + p[1].y, self->scale_y, self->offset_y, width);
  /* A thin bar does not vanish between two px. */
  if (self->scale_x > 0 && p[1].x > 0)
    right = MAX (right, left + 1 / self->scale_x);
  if (self->scale_y > 0 && p[1].y > 0)
    bottom = MAX (bottom, top + 1 / self->scale_y);

  double radius = MIN (p[2].x, MIN (right - left, bottom - top) / 2);
  if (radius < 0.5)
    cairo_rectangle (cr, left, top, right - left, bottom - top);
  else
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, right - radius, top + radius, radius, -G_PI / 2, 0);
      cairo_arc (cr, right - radius, bottom - radius, radius, 0, G_PI / 2);
      cairo_arc (cr, left + radius, bottom - radius, radius, G_PI / 2, G_PI);
      cairo_arc (cr, left + radius, top + radius, radius, G_PI, 3 * G_PI / 2);
      cairo_close_path (cr);
    }
  cover (self, item);
}

static guint32
pack_color (QuoColor color,
            float    opacity)
{
  return (guint32) (color.alpha * opacity * 255 + 0.5f) << 24
         | (guint32) (color.red * 255 + 0.5f) << 16
         | (guint32) (color.green * 255 + 0.5f) << 8
         | (guint32) (color.blue * 255 + 0.5f);
}

/* Copies a small circle from a picture of it. It is put on a quarter of a px and its
 * radius and outline are rounded to a sixteenth, which no eye can see. */
static gboolean
paint_sprite (Painter       *self,
              const QuoItem *item,
              QuoPoint       center,
              double         radius)
{
  QuoCover how = quo_item_cover (item);
  double device_radius = radius * self->scale_x;
  QuoDash dash = item->dash;
  if (dash == QUO_DASH_DEFAULT)
    dash = quo_theme_get_rule (self->theme, item->style)->dash;
  if (self->device_scale <= 0 || device_radius > 48 || device_radius < 1
      || (how.is_stroked && dash != QUO_DASH_SOLID))
    return FALSE;

  double x = floor ((center.x * self->scale_x + self->offset_x) * 4 + 0.5) / 4;
  double y = floor ((center.y * self->scale_y + self->offset_y) * 4 + 0.5) / 4;
  QuoSprite sprite = {
    .radius = (guint16) (device_radius * 16 + 0.5),
    .shift_x = (guint8) ((x - floor (x)) * 4),
    .shift_y = (guint8) ((y - floor (y)) * 4),
  };
  if (how.inside != QUO_INSIDE_NONE)
    sprite.fill
      = pack_color (inside_color (self, item, how.inside), item->opacity);
  if (how.is_stroked)
    {
      sprite.width
        = (guint16) MIN (stroke_width (self, item) * self->scale_x * 16 + 0.5,
                         1024);
      sprite.stroke
        = pack_color (quo_theme_get_ink (self->theme, item->style, item->tint),
                      item->opacity);
    }

  int middle;
  QuoSprites *sprites = quo_metrics_get_sprites (self->scene->metrics);
  cairo_surface_t *surface = quo_sprites_get (sprites, &sprite, &middle);
  cairo_surface_set_device_scale (surface, self->device_scale,
                                  self->device_scale);
  cairo_matrix_t matrix;
  cairo_get_matrix (self->cr, &matrix);
  cairo_identity_matrix (self->cr);
  cairo_set_source_surface (self->cr, surface,
                            (floor (x) - middle - self->device_offset_x)
                              / self->device_scale,
                            (floor (y) - middle - self->device_offset_y)
                              / self->device_scale);
  cairo_paint (self->cr);
  cairo_set_matrix (self->cr, &matrix);
  /* The source is no colour now. */
  self->color.alpha = -1;
  return TRUE;
}

static void
paint_ellipse (Painter        *self,
               const QuoItem  *item,
               const QuoPoint *p)
{
  if (p[1].x <= 0 || p[1].y <= 0)
    return;
  if (p[1].x == p[1].y && paint_sprite (self, item, p[0], p[1].x))
    return;
  cairo_new_sub_path (self->cr);
  if (p[1].x == p[1].y)
    cairo_arc (self->cr, p[0].x, p[0].y, p[1].x, 0, 2 * G_PI);
  else
    {
      cairo_matrix_t matrix;
      cairo_get_matrix (self->cr, &matrix);
      cairo_translate (self->cr, p[0].x, p[0].y);
      cairo_scale (self->cr, p[1].x, p[1].y);
      cairo_arc (self->cr, 0, 0, 1, 0, 2 * G_PI);
      cairo_set_matrix (self->cr, &matrix);
    }
  cairo_close_path (self->cr);
  cover (self, item);
}

static void
paint_arc (Painter        *self,
           const QuoItem  *item,
           const QuoPoint *p)
{
  cairo_new_sub_path (self->cr);
  cairo_arc (self->cr, p[0].x, p[0].y, p[1].x, 2 * G_PI * (p[1].y - 0.25),
             2 * G_PI * (p[2].x - 0.25));
  stroke (self, item, stroke_width (self, item));
}

static void
paint_mark (Painter        *self,
            const QuoItem  *item,
            const QuoPoint *p)
{
  QuoOutline outline = quo_outline_mark (item, p);
  trace_outline (self->cr, &outline);
  cover (self, item);
}

static void
paint_text (Painter       *self,
            const QuoItem *item,
            QuoPoint       at)
{
  const char *text = quo_scene_string (self->scene, item->text);
  if (item->plate)
    {
      set_color (self,
                 quo_theme_get_rule (self->theme, QUO_STYLE_BACKGROUND)->wash,
                 PLATE_ALPHA * item->opacity);
      cairo_rectangle (self->cr, item->left - 2, item->top,
                       item->right - item->left + 4, item->bottom - item->top);
      cairo_fill (self->cr);
    }

  PangoLayout *layout = quo_metrics_get_layout (self->scene->metrics,
                                                item->font, item->size, text);
  double x = at.x;
  if (item->align != QUO_ALIGN_START)
    {
      PangoRectangle logical;
      pango_layout_get_extents (layout, NULL, &logical);
      double width = logical.width / (double) PANGO_SCALE;
      x -= item->align == QUO_ALIGN_MIDDLE ? width / 2 : width;
    }
  set_color (self, quo_theme_get_text (self->theme, item->style, item->tint),
             item->opacity);
  cairo_move_to (self->cr, x, at.y);
  pango_cairo_show_layout_line (self->cr,
                                pango_layout_get_line_readonly (layout, 0));
  cairo_new_path (self->cr);
}

static void
set_clip (Painter *self,
          guint32  clip)
{
  if (clip == self->clip)
    return;
  if (self->clip != 0)
    {
      cairo_restore (self->cr);
      /* The source went back with the rest. */
      self->color.alpha = -1;
    }
  if (clip != 0)
    {
      const QuoBox *box = quo_scene_clip (self->scene, clip);
      cairo_save (self->cr);
      cairo_rectangle (self->cr, box->x, box->y, box->width, box->height);
      cairo_clip (self->cr);
    }
  self->clip = clip;
}

static void
paint_item (Painter       *self,
            const QuoItem *item)
{
  const QuoPoint *p = quo_scene_points (self->scene, item);

  set_clip (self, item->clip);
  switch ((QuoPrimitive) item->primitive)
    {
    case QUO_PRIMITIVE_LINE:
      paint_line (self, item, p);
      break;
    case QUO_PRIMITIVE_POLYLINE:
      paint_polyline (self, item, p);
      break;
    case QUO_PRIMITIVE_POLYGON:
      cairo_move_to (self->cr, p[0].x, p[0].y);
      for (guint i = 1; i < item->n_points; i++)
        cairo_line_to (self->cr, p[i].x, p[i].y);
      cairo_close_path (self->cr);
      cover (self, item);
      break;
    case QUO_PRIMITIVE_CURVE:
      paint_curve (self, item, p);
      break;
    case QUO_PRIMITIVE_RECTANGLE:
      paint_rectangle (self, item, p);
      break;
    case QUO_PRIMITIVE_ELLIPSE:
      paint_ellipse (self, item, p);
      break;
    case QUO_PRIMITIVE_ARC:
      paint_arc (self, item, p);
      break;
    case QUO_PRIMITIVE_MARK:
      paint_mark (self, item, p);
      break;
    case QUO_PRIMITIVE_TEXT:
      paint_text (self, item, p[0]);
      break;
    default:
      break;
    }
}

static gboolean
is_visible (QuoScene     *scene,
            QuoItem      *item,
            const QuoBox *visible)
{
  if (isnan (item->right))
    {
      /* Not worth measuring when it is far above or below. */
      const QuoPoint *at = quo_scene_points (scene, item);
      double reach = 2
                     * (item->size > 0
                          ? item->size
                          : quo_metrics_get_size (scene->metrics, item->font));
      if (at->y + reach < visible->y
          || at->y - reach > (double) visible->y + visible->height)
        return FALSE;
      quo_scene_measure (scene, item);
    }
  return item->right >= visible->x && item->bottom >= visible->y
         && item->left <= visible->x + visible->width
         && item->top <= visible->y + visible->height;
}

/**
 * quo_painter_paint:
 * @cr: in scene coordinates: scaled and moved by the caller
 * @layers: which layers to paint; a still layer can be kept as a picture
 * @visible: (nullable): what of the scene can be seen, or %NULL for all of it
 *
 * Paints primitives that are in sight, the still layer first. The background is not
 * painted; a diagram that wants one adds a rectangle. Upright and level lines and
 * the sides of rectangles are put on whole device pixels.
 */
void
quo_painter_paint (QuoScene       *scene,
                   cairo_t        *cr,
                   const QuoTheme *theme,
                   QuoLayers       layers,
                   const QuoBox   *visible)
{
  g_return_if_fail (scene != NULL && cr != NULL && theme != NULL);

  Painter self
    = { .scene = scene, .cr = cr, .theme = theme, .color.alpha = -1 };
  find_scale (&self);
  cairo_save (cr);
  cairo_new_path (cr);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint layer = 0; layer < QUO_N_LAYERS; layer++)
    {
      if ((layers & (1u << layer)) == 0)
        continue;
      for (guint i = 0; i < scene->items->len; i++)
        {
          QuoItem *item = quo_scene_item (scene, i);
          if (item->layer != layer)
            continue;
          if (visible != NULL && !is_visible (scene, item, visible))
            continue;
          if (item->plate)
            quo_scene_measure (scene, item);
          paint_item (&self, item);
        }
    }
  set_clip (&self, 0);
  cairo_restore (cr);
}
