/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/svg-private.h"

#include <math.h>

/* What is written is handed on to a stream in pieces of about this size. */
#define CHUNK_SIZE 65536

static void
put_attribute (QuoSvg     *self,
               const char *name,
               double      value)
{
  put_character (self, ' ');
  put (self, name);
  put (self, "=\"");
  put_number (self, value);
  put_character (self, '"');
}

static void
put_point (QuoSvg *self,
           char    command,
           double  x,
           double  y)
{
  put_character (self, command);
  put_number (self, x);
  put_character (self, ' ');
  put_number (self, y);
}

/* XML has no way at all to say most control characters: they are left out. */
static void
put_escaped (QuoSvg     *self,
             const char *string)
{
  const char *start = string;
  const char *c = string;
  for (; *c != '\0'; c++)
    {
      const char *instead = NULL;
      if (*c == '&')
        instead = "&amp;";
      else if (*c == '<')
        instead = "&lt;";
      else if (*c == '>')
        instead = "&gt;";
      else if (*c == '"')
        instead = "&quot;";
      else if ((guchar) *c < 0x20)
        instead = *c == '\n' || *c == '\t' ? " " : "";
      else if (strncmp (c, "\xef\xbf\xbe", 3) == 0
               || strncmp (c, "\xef\xbf\xbf", 3) == 0)
        instead = "\xef\xbf\xbd";
      else
        continue;
      put_bytes (self, start, (gsize) (c - start));
      put (self, instead);
      if ((guchar) *c == 0xef)
        c += 2;
      start = c + 1;
    }
  put_bytes (self, start, (gsize) (c - start));
}

static void
put_element (QuoSvg     *self,
             const char *name,
             const char *content)
{
  if (content == NULL || *content == '\0')
    return;
  put_character (self, '<');
  put (self, name);
  put_character (self, '>');
  put_escaped (self, content);
  put (self, "</");
  put (self, name);
  put_character (self, '>');
}

/* A straight arrow with a filled head is one path, unless its dashes would fray the
 * head's edge. */
static gboolean
is_plain_arrow (const QuoItem *item,
                const QuoLook *look)
{
  return item->primitive == QUO_PRIMITIVE_LINE && item->head == QUO_HEAD_FILLED
         && item->tail == QUO_HEAD_NONE && look->dash == QUO_DASH_SOLID;
}

static void
put_class (QuoSvg         *self,
           const QuoItem  *item,
           const QuoLook  *look)
{
  put (self, " class=\"");
  put (self, quo_style_get_name (item->style));
  put (self, " a");
  put_integer (self, quo_svg_number_look (self, look));
  put_character (self, '"');
  if (item->opacity < 1)
    put_attribute (self, "opacity", item->opacity);
}

static void
put_outline (QuoSvg           *self,
             const QuoOutline *outline)
{
  guint next = 0, strokes = 0;
  for (guint i = 0; i < outline->n_points; i++)
    {
      put_point (self, i == next ? 'M' : 'L', outline->points[i].x,
                 outline->points[i].y);
      if (i == next)
        next += outline->is_closed ? outline->n_points
                                   : outline->strokes[strokes++];
    }
  if (outline->is_closed)
    put_character (self, 'z');
}

/* Ends an element that has no content but, perhaps, its title. */
static void
put_end (QuoSvg        *self,
         const QuoItem *item,
         const char    *name)
{
  if (item->title == 0)
    {
      put (self, "/>\n");
      return;
    }
  put_character (self, '>');
  put_element (self, "title", quo_scene_string (self->scene, item->title));
  put (self, "</");
  put (self, name);
  put (self, ">\n");
}

static void
put_head (QuoSvg        *self,
          const QuoItem *item,
          const QuoLook *line,
          QuoHead        head,
          QuoPoint       tip,
          QuoPoint       from)
{
  if (head == QUO_HEAD_NONE)
    return;

  QuoOutline outline = quo_outline_head (head, tip, from, line->width);
  QuoLook look = quo_svg_look_of_head (item);
  if (!outline.is_filled)
    {
      look = *line;
      look.dash = QUO_DASH_SOLID;
      look.inside = QUO_INSIDE_NONE;
    }
  put (self, outline.radius > 0 ? "<circle" : "<path");
  put_class (self, item, &look);
  if (outline.radius > 0)
    {
      put_attribute (self, "cx", tip.x);
      put_attribute (self, "cy", tip.y);
      put_attribute (self, "r", outline.radius);
    }
  else
    {
      put (self, " d=\"");
      put_outline (self, &outline);
      put_character (self, '"');
    }
  put (self, "/>\n");
}

static double
snap (double value,
      double width)
{
  gint64 pixels = (gint64) MAX (width + 0.5, 1);
  return pixels % 2 != 0 ? floor (value) + 0.5 : floor (value + 0.5);
}

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
put_plain_arrow (QuoSvg         *self,
                 const QuoItem  *item,
                 QuoLook        *look,
                 const QuoPoint *p)
{
  /* The stroke makes the head larger all around: it is drawn smaller by as much. */
  QuoPoint tip = quo_point_towards (p[1], p[0], look->width * 0.6);
  QuoOutline outline
    = quo_outline_head (item->head, tip, p[0], look->width * 0.6);
  QuoPoint end = quo_point_towards (tip, p[0], outline.setback);
  look->inside = QUO_INSIDE_INK;
  put (self, "<path");
  put_class (self, item, look);
  put (self, " d=\"");
  put_point (self, 'M', p[0].x, p[0].y);
  put_point (self, 'L', end.x, end.y);
  put_outline (self, &outline);
  put_character (self, '"');
  put_end (self, item, "path");
}

/* A line of any kind; with heads it becomes a group. */
static void
put_line (QuoSvg         *self,
          const QuoItem  *item,
          QuoLook        *look,
          const QuoPoint *p)
{
  guint last = item->n_points - 1;
  QuoPoint a = set_back (item->tail, p[0], p[1], look->width);
  QuoPoint b = set_back (item->head, p[last], p[last - 1], look->width);
  if (item->primitive == QUO_PRIMITIVE_LINE)
    {
      if (is_plain_arrow (item, look))
        {
          put_plain_arrow (self, item, look, p);
          return;
        }
      if (p[0].x == p[1].x)
        a.x = b.x = (float) snap (a.x, look->width);
      else if (p[0].y == p[1].y)
        a.y = b.y = (float) snap (a.y, look->width);
    }

  gboolean is_group
    = item->head != QUO_HEAD_NONE || item->tail != QUO_HEAD_NONE;
  if (is_group)
    {
      put (self, "<g>");
      put_element (self, "title", quo_scene_string (self->scene, item->title));
    }
  put (self, "<path");
  put_class (self, item, look);
  put (self, " d=\"");
  put_point (self, 'M', a.x, a.y);
  for (guint i = 1; i < last; i++)
    put_point (self,
               item->primitive != QUO_PRIMITIVE_CURVE ? 'L'
               : i == 1                               ? 'C'
                                                      : ' ',
               p[i].x, p[i].y);
  put_point (self, item->primitive == QUO_PRIMITIVE_CURVE ? ' ' : 'L', b.x,
             b.y);
  put_character (self, '"');
  if (!is_group)
    {
      put_end (self, item, "path");
      return;
    }
  put (self, "/>");
  put_head (self, item, look, item->head, p[last], p[last - 1]);
  put_head (self, item, look, item->tail, p[0], p[1]);
  put (self, "</g>\n");
}

static void
put_rectangle (QuoSvg         *self,
               const QuoItem  *item,
               const QuoLook  *look,
               const QuoPoint *p)
{
  /* Without a stroke, sides stand between px; with one, on their middle or between. */
  double width = look->width > 0 ? look->width : 2;
  double left = snap (p[0].x, width), top = snap (p[0].y, width);
  double right = snap ((double) p[0].x + p[1].x, width);
  double bottom = snap ((double) p[0].y + p[1].y, width);

  put (self, "<rect");
  put_class (self, item, look);
  put_attribute (self, "x", left);
  put_attribute (self, "y", top);
  put_attribute (self, "width", p[1].x > 0 ? MAX (right - left, 1) : 0);
  put_attribute (self, "height", p[1].y > 0 ? MAX (bottom - top, 1) : 0);
  if (p[2].x > 0)
    put_attribute (self, "rx", p[2].x);
  put_end (self, item, "rect");
}

static void
put_ellipse (QuoSvg        *self,
             const QuoItem *item,
             const QuoLook *look,
             QuoPoint       center,
             double         radius_x,
             double         radius_y)
{
  gboolean is_circle = radius_x == radius_y;
  put (self, is_circle ? "<circle" : "<ellipse");
  put_class (self, item, look);
  put_attribute (self, "cx", center.x);
  put_attribute (self, "cy", center.y);
  put_attribute (self, is_circle ? "r" : "rx", radius_x);
  if (!is_circle)
    put_attribute (self, "ry", radius_y);
  put_end (self, item, is_circle ? "circle" : "ellipse");
}

static void
put_arc (QuoSvg         *self,
         const QuoItem  *item,
         const QuoLook  *look,
         const QuoPoint *p)
{
  double radius = p[1].x, start = p[1].y, end = p[2].x;
  if (end - start > 0.9999)
    {
      put_ellipse (self, item, look, p[0], radius, radius);
      return;
    }
  double from = 2 * G_PI * start, to = 2 * G_PI * end;
  put (self, "<path");
  put_class (self, item, look);
  put (self, " d=\"");
  put_point (self, 'M', p[0].x + radius * sin (from),
             p[0].y - radius * cos (from));
  put_point (self, 'A', radius, radius);
  put (self, end - start > 0.5 ? " 0 1 1" : " 0 0 1");
  put_point (self, ' ', p[0].x + radius * sin (to), p[0].y - radius * cos (to));
  put_character (self, '"');
  put_end (self, item, "path");
}

static void
put_mark (QuoSvg         *self,
          const QuoItem  *item,
          const QuoLook  *look,
          const QuoPoint *p)
{
  QuoOutline outline = quo_outline_mark (item, p);
  if (outline.radius > 0)
    {
      put_ellipse (self, item, look, p[0], outline.radius, outline.radius);
      return;
    }
  put (self, "<path");
  put_class (self, item, look);
  put (self, " d=\"");
  put_outline (self, &outline);
  put_character (self, '"');
  put_end (self, item, "path");
}

static void
put_text (QuoSvg        *self,
          const QuoItem *item,
          const QuoLook *look,
          QuoPoint       at)
{
  put (self, "<text");
  put_class (self, item, look);
  put_attribute (self, "x", at.x);
  put_attribute (self, "y", at.y);
  put_character (self, '>');
  put_element (self, "title", quo_scene_string (self->scene, item->title));
  put_escaped (self, quo_scene_string (self->scene, item->text));
  put (self, "</text>\n");
}

static void
put_item (QuoSvg        *self,
          const QuoItem *item)
{
  const QuoPoint *p = quo_scene_points (self->scene, item);
  QuoLook look = quo_svg_look_of (self, item);

  switch ((QuoPrimitive) item->primitive)
    {
    case QUO_PRIMITIVE_LINE:
    case QUO_PRIMITIVE_POLYLINE:
    case QUO_PRIMITIVE_CURVE:
      put_line (self, item, &look, p);
      break;
    case QUO_PRIMITIVE_POLYGON:
      put (self, "<polygon");
      put_class (self, item, &look);
      put (self, " points=\"");
      for (guint i = 0; i < item->n_points; i++)
        put_point (self, ' ', p[i].x, p[i].y);
      put_character (self, '"');
      put_end (self, item, "polygon");
      break;
    case QUO_PRIMITIVE_RECTANGLE:
      put_rectangle (self, item, &look, p);
      break;
    case QUO_PRIMITIVE_ELLIPSE:
      put_ellipse (self, item, &look, p[0], p[1].x, p[1].y);
      break;
    case QUO_PRIMITIVE_ARC:
      put_arc (self, item, &look, p);
      break;
    case QUO_PRIMITIVE_MARK:
      put_mark (self, item, &look, p);
      break;
    case QUO_PRIMITIVE_TEXT:
      put_text (self, item, &look, p[0]);
      break;
    default:
      break;
    }
}

static void
open_group (QuoSvg  *self,
            guint32  number)
{
  const QuoGroup *group = quo_scene_group (self->scene, number);
  put (self, "<g class=\"");
  put (self, quo_style_get_name (group->style));
  put_character (self, '"');
  if (group->id != 0)
    {
      put (self, " data-id=\"");
      put_integer (self, group->id);
      put_character (self, '"');
    }
  put_character (self, '>');
  put_element (self, "title", quo_scene_string (self->scene, group->title));
}

static void
open_groups (QuoSvg  *self,
             guint32  from,
             guint32  number)
{
  if (number == from)
    return;
  open_groups (self, from, quo_scene_group (self->scene, number)->parent);
  open_group (self, number);
}

/* Closes and opens groups so that @number becomes the innermost. */
static void
change_group (QuoSvg  *self,
              guint32  open,
              guint32  number)
{
  guint32 common = number;
  while (common != open)
    {
      guint depth
        = common != 0 ? quo_scene_group (self->scene, common)->depth : 0;
      guint open_depth
        = open != 0 ? quo_scene_group (self->scene, open)->depth : 0;
      if (open_depth > depth || (open_depth == depth && open_depth > 0))
        {
          put (self, "</g>\n");
          open = quo_scene_group (self->scene, open)->parent;
        }
      if (depth > open_depth || (open_depth == depth && depth > 0))
        common = quo_scene_group (self->scene, common)->parent;
    }
  open_groups (self, common, number);
}

static void
flush (QuoSvg *self,
       gsize   at_least)
{
  if (self->stream == NULL || self->out->len < at_least || self->has_failed)
    return;
  if (!g_output_stream_write_all (self->stream, self->out->str, self->out->len,
                                  NULL, self->cancellable, self->error))
    self->has_failed = TRUE;
  g_string_truncate (self->out, 0);
}

static void
put_layer (QuoSvg *self,
           guint   layer)
{
  static const char *const names[QUO_N_LAYERS]
    = { "still", "moving", "overlay" };
  QuoScene *scene = self->scene;
  guint32 clip = 0, group = 0;
  gboolean is_open = FALSE;

  for (guint i = 0; i < scene->items->len && !self->has_failed; i++)
    {
      const QuoItem *item = quo_scene_item (scene, i);
      if (item->layer != layer)
        continue;
      if (!is_open)
        {
          g_string_append_printf (self->out, "<g class=\"%s\">\n",
                                  names[layer]);
          is_open = TRUE;
        }
      if (item->clip != clip)
        {
          change_group (self, group, 0);
          group = 0;
          if (clip != 0)
            put (self, "</g>\n");
          if (item->clip != 0)
            g_string_append_printf (self->out,
                                    "<g clip-path=\"url(#quo-clip-%u)\">\n",
                                    item->clip);
          clip = item->clip;
        }
      if (item->group != group)
        {
          change_group (self, group, item->group);
          group = item->group;
        }
      put_item (self, item);
      flush (self, CHUNK_SIZE);
    }
  change_group (self, group, 0);
  if (clip != 0)
    put (self, "</g>\n");
  if (is_open)
    put (self, "</g>\n");
}

static void
put_information (QuoSvg               *self,
                 const QuoPictureInfo *info)
{
  const char *title = quo_scene_get_title (self->scene);
  if (info != NULL && info->title != NULL)
    title = info->title;
  put_element (self, "title", title);
  if (info == NULL)
    {
      put_character (self, '\n');
      return;
    }

  put_element (self, "desc", info->caption);
  put (self, "\n<metadata><picture xmlns=\"urn:quorate:picture\"");
  const struct { const char *name; const char *value; } facts[] = {
    { "source", info->source }, { "seed", info->seed }, { "time", info->time },
  };
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (facts[i].value != NULL)
      {
        g_string_append_printf (self->out, " %s=\"", facts[i].name);
        put_escaped (self, facts[i].value);
        put_character (self, '"');
      }
  put (self, "/></metadata>\n");
}

/* Numbers the looks of all elements beforehand: the style sheet comes first. */
static void
collect_looks (QuoSvg *self)
{
  QuoLook background
    = { .style = QUO_STYLE_BACKGROUND, .inside = QUO_INSIDE_WASH };
  quo_svg_number_look (self, &background);
  for (guint i = 0; i < self->scene->items->len; i++)
    {
      const QuoItem *item = quo_scene_item (self->scene, i);
      QuoLook look = quo_svg_look_of (self, item);
      if (is_plain_arrow (item, &look))
        look.inside = QUO_INSIDE_INK;
      quo_svg_number_look (self, &look);
      if (item->head == QUO_HEAD_NONE && item->tail == QUO_HEAD_NONE)
        continue;
      QuoLook head = quo_svg_look_of_head (item);
      quo_svg_number_look (self, &head);
      look.dash = QUO_DASH_SOLID;
      look.inside = QUO_INSIDE_NONE;
      quo_svg_number_look (self, &look);
    }
}

static void
write_picture (QuoSvg               *self,
               const QuoPictureInfo *info)
{
  QuoScene *scene = self->scene;
  quo_svg_init_looks (self);
  collect_looks (self);

  put (self, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<svg xmlns=\"http://www.w3.org/2000/svg\" "
             "role=\"graphics-document document\"");
  put_attribute (self, "width", scene->width);
  put_attribute (self, "height", scene->height);
  put (self, " viewBox=\"0 0 ");
  put_number (self, scene->width);
  put_character (self, ' ');
  put_number (self, scene->height);
  put (self, "\">\n");
  put_information (self, info);
  quo_svg_put_style (self);
  for (guint i = 1; i <= scene->clips->len; i++)
    {
      const QuoBox *clip = quo_scene_clip (scene, i);
      g_string_append_printf (self->out, "<clipPath id=\"quo-clip-%u\"><rect",
                              i);
      put_attribute (self, "x", clip->x);
      put_attribute (self, "y", clip->y);
      put_attribute (self, "width", clip->width);
      put_attribute (self, "height", clip->height);
      put (self, "/></clipPath>\n");
    }
  put (self, "<rect class=\"background a0\"");
  put_attribute (self, "width", scene->width);
  put_attribute (self, "height", scene->height);
  put (self, "/>\n");
  for (guint layer = 0; layer < QUO_N_LAYERS; layer++)
    put_layer (self, layer);
  put (self, "</svg>\n");
  flush (self, 0);

  g_array_unref (self->looks);
  g_hash_table_unref (self->numbers);
}

/**
 * quo_svg_write:
 * @theme: (nullable): the colours, or %NULL for light ones that turn dark where the
 *   viewer prefers that
 * @info: (nullable): written into the picture so that it can be made again
 * @out: appended to
 *
 * Writes the scene as SVG: texts are texts, everything that has a title keeps it, and
 * each element has its style's name as a class. The same scene gives the same bytes.
 */
void
quo_svg_write (QuoScene             *scene,
               const QuoTheme       *theme,
               const QuoPictureInfo *info,
               GString              *out)
{
  g_return_if_fail (scene != NULL && out != NULL);

  QuoSvg self = { .scene = scene, .theme = theme, .out = out };
  write_picture (&self, info);
}

/**
 * quo_svg_write_to_stream:
 * @theme: (nullable): as for quo_svg_write()
 * @info: (nullable): as for quo_svg_write()
 * @cancellable: (nullable): stops it between two pieces
 *
 * quo_svg_write() to a stream, in pieces, so that a large picture is never in memory
 * as a whole. The stream is not closed.
 *
 * Returns: whether all was written
 */
gboolean
quo_svg_write_to_stream (QuoScene             *scene,
                         const QuoTheme       *theme,
                         const QuoPictureInfo *info,
                         GOutputStream        *stream,
                         GCancellable         *cancellable,
                         GError              **error)
{
  g_return_val_if_fail (scene != NULL && G_IS_OUTPUT_STREAM (stream), FALSE);

  QuoSvg self = {
    .scene = scene,
    .theme = theme,
    .out = g_string_sized_new (CHUNK_SIZE + 4096),
    .stream = stream,
    .cancellable = cancellable,
    .error = error,
  };
  write_picture (&self, info);
  g_string_free (self.out, TRUE);
  return !self.has_failed;
}
