/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/scene-private.h"

#include <math.h>

static const char *const primitive_names[] = {
  [QUO_PRIMITIVE_LINE] = "line",
  [QUO_PRIMITIVE_POLYLINE] = "polyline",
  [QUO_PRIMITIVE_POLYGON] = "polygon",
  [QUO_PRIMITIVE_CURVE] = "curve",
  [QUO_PRIMITIVE_RECTANGLE] = "rectangle",
  [QUO_PRIMITIVE_ELLIPSE] = "ellipse",
  [QUO_PRIMITIVE_ARC] = "arc",
  [QUO_PRIMITIVE_MARK] = "mark",
  [QUO_PRIMITIVE_TEXT] = "text",
};

static const char *const mark_names[] = {
  [QUO_MARK_CROSS] = "cross",
  [QUO_MARK_TICK] = "tick",
  [QUO_MARK_DOT] = "dot",
  [QUO_MARK_RING] = "ring",
  [QUO_MARK_SQUARE] = "square",
  [QUO_MARK_DIAMOND] = "diamond",
  [QUO_MARK_TRIANGLE] = "triangle",
  [QUO_MARK_TAG] = "tag",
};

static const char *const head_names[] = {
  [QUO_HEAD_NONE] = "none",
  [QUO_HEAD_FILLED] = "filled",
  [QUO_HEAD_OPEN] = "open",
  [QUO_HEAD_HALF] = "half",
  [QUO_HEAD_CROSS] = "cross",
  [QUO_HEAD_DOT] = "dot",
};

static const char *const paint_names[] = {
  [QUO_PAINT_AUTO] = "auto",
  [QUO_PAINT_STROKE] = "stroke",
  [QUO_PAINT_FILL] = "fill",
  [QUO_PAINT_WASH] = "wash",
  [QUO_PAINT_SOFT] = "soft",
};

static const char *const dash_names[] = {
  [QUO_DASH_DEFAULT] = "default",
  [QUO_DASH_SOLID] = "solid",
  [QUO_DASH_DASHED] = "dashed",
  [QUO_DASH_DOTTED] = "dotted",
};

static const char *const align_names[] = { "start", "middle", "end" };
static const char *const layer_names[] = { "still", "moving", "overlay" };

/*< private >
 * quo_number_format:
 * @buffer: of QUO_NUMBER_SIZE bytes
 *
 * Writes @number with at most two decimals and a point, whatever the locale.
 *
 * Returns: the length
 */
guint
quo_number_format (char   *buffer,
                   double  number)
{
  if (!(fabs (number) < 1e15))
    number = 0;

  char digits[QUO_NUMBER_SIZE];
  guint n = 0, length = 0;
  guint64 hundredths = (guint64) (fabs (number) * 100 + 0.5);
  if (number < 0 && hundredths != 0)
    buffer[length++] = '-';

  guint fraction = hundredths % 100;
  guint64 whole = hundredths / 100;
  do
    digits[n++] = (char) ('0' + whole % 10);
  while ((whole /= 10) != 0);
  while (n > 0)
    buffer[length++] = digits[--n];
  if (fraction != 0)
    {
      buffer[length++] = '.';
      buffer[length++] = (char) ('0' + fraction / 10);
      if (fraction % 10 != 0)
        buffer[length++] = (char) ('0' + fraction % 10);
    }
  buffer[length] = '\0';
  return length;
}

static void
append_number (GString *out,
               double   number)
{
  char buffer[QUO_NUMBER_SIZE];
  guint length = quo_number_format (buffer, number);
  g_string_append_len (out, buffer, length);
}

/* Other scripts stay readable. */
static void
append_quoted (GString    *out,
               const char *string)
{
  if (*string == '\0')
    return;

  g_string_append (out, " \"");
  for (const char *c = string; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (out, '\\');
      if (*c == '\n')
        g_string_append (out, "\\n");
      else
        g_string_append_c (out, *c);
    }
  g_string_append_c (out, '"');
}

static void
append_group (QuoScene *self,
              guint32   number,
              GString  *out)
{
  const QuoGroup *group = quo_scene_group (self, number);
  g_string_append_printf (out, "%*sgroup %s", (int) (group->depth - 1) * 2, "",
                          quo_style_get_name (group->style));
  if (group->id != 0)
    g_string_append_printf (out, " id=%" G_GUINT64_FORMAT, group->id);
  append_quoted (out, quo_scene_string (self, group->title));
  g_string_append_c (out, '\n');
}

static gboolean
is_inside_group (QuoScene *self,
                 guint32   inner,
                 guint32   outer)
{
  for (; inner != 0; inner = quo_scene_group (self, inner)->parent)
    if (inner == outer)
      return TRUE;
  return outer == 0;
}

/* Writes the groups that are around @number but not around @open. */
static void
append_groups (QuoScene *self,
               guint32   open,
               guint32   number,
               GString  *out)
{
  if (is_inside_group (self, open, number))
    return;
  append_groups (self, open, quo_scene_group (self, number)->parent, out);
  append_group (self, number, out);
}

static void
append_points (QuoScene      *self,
               const QuoItem *item,
               GString       *out)
{
  const QuoPoint *points = quo_scene_points (self, item);
  guint n = item->n_points * 2;
  if (item->primitive == QUO_PRIMITIVE_ARC)
    n = 5;
  else if (item->primitive == QUO_PRIMITIVE_RECTANGLE)
    n = points[2].x > 0 ? 5 : 4;
  else if (item->primitive == QUO_PRIMITIVE_MARK && points[1].y == 0)
    n = 3;
  for (guint i = 0; i < n; i++)
    {
      g_string_append_c (out, i % 2 == 0 ? ' ' : ',');
      append_number (out, i % 2 == 0 ? points[i / 2].x : points[i / 2].y);
    }
}

static void
append_item (QuoScene      *self,
             const QuoItem *item,
             GString       *out)
{
  guint depth
    = item->group != 0 ? quo_scene_group (self, item->group)->depth : 0;
  g_string_append_printf (out, "%*s%s %s", (int) depth * 2, "",
                          primitive_names[item->primitive],
                          quo_style_get_name (item->style));
  if (item->primitive == QUO_PRIMITIVE_MARK)
    g_string_append_printf (out, " %s", mark_names[item->mark]);
  append_points (self, item, out);
  append_quoted (out, quo_scene_string (self, item->text));
  if (item->primitive == QUO_PRIMITIVE_TEXT)
    {
      if (item->font != QUO_FONT_BODY)
        g_string_append_printf (out, " font=%s",
                                quo_font_get_name (item->font));
      if (item->align != QUO_ALIGN_START)
        g_string_append_printf (out, " align=%s", align_names[item->align]);
      if (item->plate)
        g_string_append (out, " plate");
    }
  if (item->head != QUO_HEAD_NONE)
    g_string_append_printf (out, " head=%s", head_names[item->head]);
  if (item->tail != QUO_HEAD_NONE)
    g_string_append_printf (out, " tail=%s", head_names[item->tail]);
  if (item->tint != 0)
    g_string_append_printf (out, " tint=%u", item->tint);
  if (item->paint != QUO_PAINT_AUTO)
    g_string_append_printf (out, " paint=%s", paint_names[item->paint]);
  if (item->dash != QUO_DASH_DEFAULT)
    g_string_append_printf (out, " dash=%s", dash_names[item->dash]);
  struct { const char *name; double value; double normal; } numbers[] = {
    { "size", item->size, 0 },
    { "width", item->width, 0 },
    { "opacity", item->opacity, 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].value != numbers[i].normal)
      {
        g_string_append_printf (out, " %s=", numbers[i].name);
        append_number (out, numbers[i].value);
      }
  if (item->layer != QUO_LAYER_STILL)
    g_string_append_printf (out, " layer=%s", layer_names[item->layer]);
  if (item->clip != 0)
    g_string_append_printf (out, " clip=%u", item->clip);
  if (item->id != 0
      && (item->group == 0
          || quo_scene_group (self, item->group)->id != item->id))
    g_string_append_printf (out, " id=%" G_GUINT64_FORMAT, item->id);
  append_quoted (out, quo_scene_string (self, item->title));
  g_string_append_c (out, '\n');
}

/**
 * quo_scene_to_text:
 *
 * A line for each clip, group and primitive, in the order added: what tests compare.
 * No font is asked, so that the text is the same on every machine.
 *
 * Returns: (transfer full): the text
 */
char *
quo_scene_to_text (QuoScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  GString *out = g_string_new ("scene ");
  append_number (out, self->width);
  g_string_append_c (out, 'x');
  append_number (out, self->height);
  append_quoted (out, quo_scene_get_title (self));
  g_string_append_c (out, '\n');
  for (guint i = 1; i <= self->clips->len; i++)
    {
      const QuoBox *clip = quo_scene_clip (self, i);
      const double numbers[4] = { clip->x, clip->y, clip->width, clip->height };
      g_string_append_printf (out, "clip %u", i);
      for (guint n = 0; n < 4; n++)
        {
          g_string_append_c (out, n % 2 == 0 ? ' ' : ',');
          append_number (out, numbers[n]);
        }
      g_string_append_c (out, '\n');
    }

  guint32 open = 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      const QuoItem *item = quo_scene_item (self, i);
      append_groups (self, open, item->group, out);
      open = item->group;
      append_item (self, item, out);
    }
  return g_string_free (out, FALSE);
}
