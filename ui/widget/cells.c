/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/cells.h"

#include "widget/tone.h"

#include <math.h>

#define CELL_HEIGHT 40
#define CELL_WIDTH  62
#define GAP         6
#define PADDING     6
#define RADIUS      4

typedef struct
{
  PangoLayout *key;
  PangoLayout *note;
  PangoLayout *text;
  guint tint;
  gboolean is_settled;
} Cell;

struct _QuoCells
{
  GtkWidget parent_instance;

  GArray *cells; /* of Cell */
  GString *label;
  QuoThemeKind theme;
};

G_DEFINE_FINAL_TYPE (QuoCells, quo_cells, GTK_TYPE_WIDGET)

static void
cell_clear (gpointer data)
{
  Cell *cell = data;

  g_clear_object (&cell->key);
  g_clear_object (&cell->note);
  g_clear_object (&cell->text);
}

static guint
n_columns (int width)
{
  return MAX ((width + GAP) / (CELL_WIDTH + GAP), 1);
}

static void
append_text (GtkSnapshot *snapshot,
             PangoLayout *layout,
             double x,
             double y,
             const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
append_cell (QuoCells *self,
             GtkSnapshot *snapshot,
             const Cell *cell,
             double x,
             double y,
             double cell_width)
{
  GdkRGBA ink = quo_theme_rgba (self->theme, QUO_STYLE_TEXT, 0);
  GdkRGBA muted = quo_theme_rgba (self->theme, QUO_STYLE_TEXT_MUTED, 0);
  GdkRGBA tint = cell->tint != 0
                   ? quo_theme_rgba (self->theme, QUO_STYLE_NODE, cell->tint)
                   : muted;
  GdkRGBA edges[4];
  GskRoundedRect outline;
  float line = cell->is_settled ? 1.5f : 1.0f;
  const float widths[4] = { line, line, line, line };
  int width = 0, height = 0;

  /* What is not settled yet is pale: an entry that may still go away. */
  if (!cell->is_settled)
    tint.alpha *= 0.5f;
  for (guint i = 0; i < 4; i++)
    edges[i] = tint;
  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (x, y, cell_width,
                                                        CELL_HEIGHT),
                                   RADIUS);
  gtk_snapshot_append_border (snapshot, &outline, widths, edges);

  append_text (snapshot, cell->key, x + PADDING, y + 3, &muted);
  pango_layout_get_pixel_size (cell->note, &width, NULL);
  append_text (snapshot, cell->note, x + cell_width - PADDING - width, y + 3,
               cell->tint != 0 ? &tint : &muted);
  pango_layout_set_width (cell->text, (cell_width - 2 * PADDING) * PANGO_SCALE);
  pango_layout_get_pixel_size (cell->text, NULL, &height);
  append_text (snapshot, cell->text, x + PADDING, y + CELL_HEIGHT - 4 - height,
               &ink);
}

static void
quo_cells_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuoCells *self = QUO_CELLS (widget);
  int width = gtk_widget_get_width (widget);
  guint columns = n_columns (width);
  double cell_width = floor ((width + GAP) / (double) columns) - GAP;

  for (guint i = 0; i < self->cells->len; i++)
    append_cell (self, snapshot, &g_array_index (self->cells, Cell, i),
                 (i % columns) * (cell_width + GAP),
                 (i / columns) * (CELL_HEIGHT + GAP), cell_width);
}

static GtkSizeRequestMode
quo_cells_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
quo_cells_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  QuoCells *self = QUO_CELLS (widget);
  guint columns = n_columns (for_size > 0 ? for_size : 200);
  guint n_rows = (self->cells->len + columns - 1) / columns;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = CELL_WIDTH;
      *natural = 3 * CELL_WIDTH + 2 * GAP;
      return;
    }
  *minimum = n_rows > 0 ? n_rows * (CELL_HEIGHT + GAP) - GAP : 0;
  *natural = *minimum;
}

static void
quo_cells_finalize (GObject *object)
{
  QuoCells *self = QUO_CELLS (object);

  g_array_unref (self->cells);
  g_string_free (self->label, TRUE);
  G_OBJECT_CLASS (quo_cells_parent_class)->finalize (object);
}

static void
quo_cells_class_init (QuoCellsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = quo_cells_finalize;
  widget_class->snapshot = quo_cells_snapshot;
  widget_class->measure = quo_cells_measure;
  widget_class->get_request_mode = quo_cells_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "cells");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
quo_cells_init (QuoCells *self)
{
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->cells, cell_clear);
  self->label = g_string_new (NULL);
}

/**
 * quo_cells_new:
 * @theme: what to paint with
 *
 * Returns: (transfer floating): a row without cells
 */
GtkWidget *
quo_cells_new (QuoThemeKind theme)
{
  QuoCells *self = g_object_new (QUO_TYPE_CELLS, NULL);

  self->theme = theme;
  return GTK_WIDGET (self);
}

/**
 * quo_cells_clear:
 *
 * Takes all cells away.
 */
void
quo_cells_clear (QuoCells *self)
{
  g_return_if_fail (QUO_IS_CELLS (self));

  g_array_set_size (self->cells, 0);
  g_string_truncate (self->label, 0);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static PangoLayout *
make_layout (QuoCells *self, const char *text, gboolean is_small)
{
  PangoLayout *layout
    = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  if (is_small)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
      pango_layout_set_attributes (layout, attributes);
    }
  else
    {
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
    }
  return layout;
}

/**
 * quo_cells_add:
 * @key: the entry's place, at the top left
 * @note: at the top right: "t2"
 * @text: what the entry says
 * @tint: its colour, 0 for none
 * @is_settled: whether it is there to stay; drawn firmer
 */
void
quo_cells_add (QuoCells *self,
               const char *key,
               const char *note,
               const char *text,
               guint tint,
               gboolean is_settled)
{
  g_return_if_fail (QUO_IS_CELLS (self));

  Cell cell = { make_layout (self, key, TRUE), make_layout (self, note, TRUE),
                make_layout (self, text, FALSE), tint, is_settled };

  g_array_append_val (self->cells, cell);
  g_string_append_printf (self->label, "%s%s %s %s",
                          self->label->len > 0 ? ", " : "", key, note, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->label->str, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
