/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/labeler.h"

#include <math.h>

/* About the size of a label: a box covers few cells and a cell holds few boxes. */
#define CELL_WIDTH 96.0
#define CELL_HEIGHT 32.0
#define CELLS_MAX 65536

/* Kept free around a placed label, in px. */
#define GAP 1.0f

#define NONE G_MAXUINT32

typedef struct
{
  int priority;
  float width;
  float height;
  float shift_max;
  guint32 first_spot;
  guint32 n_spots;
  guint32 index;
  gboolean is_placed;
  QuoBox box;
} Label;

typedef struct
{
  guint32 obstacle;
  guint32 next;  /* in the same cell; NONE ends */
} Entry;

struct _QuoLabeler
{
  QuoBox area;
  GArray *labels;    /* of Label */
  GArray *order;     /* of guint32: labels as they are placed */
  GArray *spots;     /* of QuoLabelSpot */
  GArray *obstacles; /* of QuoBox */
  GArray *entries;   /* of Entry */
  guint32 *cells;    /* first entry of each */
  guint n_cells;
  guint columns;
  guint rows;
  double cell_width;
  double cell_height;
};

/**
 * quo_labeler_new:
 *
 * Finds places for labels such that none covers another or anything that was
 * declared as blocked. Call quo_labeler_clear() with the area before anything else.
 *
 * Returns: (transfer full): a labeler without an area
 */
QuoLabeler *
quo_labeler_new (void)
{
  QuoLabeler *self = g_new0 (QuoLabeler, 1);
  self->labels = g_array_new (FALSE, FALSE, sizeof (Label));
  self->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->spots = g_array_new (FALSE, FALSE, sizeof (QuoLabelSpot));
  self->obstacles = g_array_new (FALSE, FALSE, sizeof (QuoBox));
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return self;
}

/**
 * quo_labeler_free:
 *
 * Frees @self.
 */
void
quo_labeler_free (QuoLabeler *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->labels);
  g_array_unref (self->order);
  g_array_unref (self->spots);
  g_array_unref (self->obstacles);
  g_array_unref (self->entries);
  g_free (self->cells);
  g_free (self);
}

/**
 * quo_labeler_clear:
 * @area: no label reaches out of this
 *
 * Forgets all labels and obstacles and keeps the memory for the next frame.
 */
void
quo_labeler_clear (QuoLabeler   *self,
                   const QuoBox *area)
{
  g_return_if_fail (self != NULL && area != NULL);

  self->area = *area;
  g_array_set_size (self->labels, 0);
  g_array_set_size (self->order, 0);
  g_array_set_size (self->spots, 0);
  g_array_set_size (self->obstacles, 0);
  g_array_set_size (self->entries, 0);

  self->cell_width = CELL_WIDTH;
  self->cell_height = CELL_HEIGHT;
  double width = MAX (area->width, 1), height = MAX (area->height, 1);
  double wanted = ceil (width / CELL_WIDTH) * ceil (height / CELL_HEIGHT);
  if (wanted > CELLS_MAX)
    {
      double factor = sqrt (wanted / CELLS_MAX) * 1.01 + 0.01;
      self->cell_width = MIN (CELL_WIDTH * factor, width);
      self->cell_height
        = MAX (CELL_HEIGHT * factor,
               height * ceil (width / self->cell_width) / CELLS_MAX);
    }
  self->columns = (guint) ceil (width / self->cell_width);
  self->rows = (guint) ceil (height / self->cell_height);
  guint n_cells = self->columns * self->rows;
  if (n_cells > self->n_cells)
    {
      self->cells = g_renew (guint32, self->cells, n_cells);
      self->n_cells = n_cells;
    }
  for (guint i = 0; i < n_cells; i++)
    self->cells[i] = NONE;
}

typedef struct
{
  guint left, top, right, bottom; /* all inclusive */
} CellRange;

static guint
cell_of (double offset,
         double cell,
         guint  n)
{
  double index = floor (offset / cell);
  return index <= 0 ? 0 : index >= n ? n - 1 : (guint) index;
}

static CellRange
cells_under (const QuoLabeler *self,
             const QuoBox     *box)
{
  double x = (double) box->x - self->area.x, y = (double) box->y - self->area.y;
  return (CellRange) {
    .left = cell_of (x, self->cell_width, self->columns),
    .right = cell_of (x + box->width, self->cell_width, self->columns),
    .top = cell_of (y, self->cell_height, self->rows),
    .bottom = cell_of (y + box->height, self->cell_height, self->rows),
  };
}

/**
 * quo_labeler_block:
 * @box: no label will cover any of it
 */
void
quo_labeler_block (QuoLabeler   *self,
                   const QuoBox *box)
{
  g_return_if_fail (self != NULL && box != NULL);
  g_return_if_fail (self->cells != NULL);

  if (box->x > self->area.x + self->area.width
      || box->x + box->width < self->area.x
      || box->y > self->area.y + self->area.height
      || box->y + box->height < self->area.y)
    return;

  guint32 obstacle = self->obstacles->len;
  g_array_append_val (self->obstacles, *box);
  CellRange range = cells_under (self, box);
  for (guint row = range.top; row <= range.bottom; row++)
    for (guint column = range.left; column <= range.right; column++)
      {
        guint32 *cell = &self->cells[row * self->columns + column];
        Entry entry = { .obstacle = obstacle, .next = *cell };
        *cell = self->entries->len;
        g_array_append_val (self->entries, entry);
      }
}

/**
 * quo_labeler_block_line:
 * @width: how much room to keep on the line, in px
 *
 * Blocks a line as a row of boxes along it.
 */
void
quo_labeler_block_line (QuoLabeler *self,
                        double      x1,
                        double      y1,
                        double      x2,
                        double      y2,
                        double      width)
{
  g_return_if_fail (self != NULL);

  double dx = x2 - x1, dy = y2 - y1;
  double across = MIN (fabs (dx), fabs (dy));
  /* Boxes no higher than a small letter follow a slope closely enough. */
  guint n = (guint) CLAMP (ceil (across / 6), 1, 512);
  for (guint i = 0; i < n; i++)
    {
      double left = x1 + dx * i / n, right = x1 + dx * (i + 1) / n;
      double top = y1 + dy * i / n, bottom = y1 + dy * (i + 1) / n;
      QuoBox box = { (float) (MIN (left, right) - width / 2),
                     (float) (MIN (top, bottom) - width / 2),
                     (float) (fabs (right - left) + width),
                     (float) (fabs (bottom - top) + width) };
      quo_labeler_block (self, &box);
    }
}

/**
 * quo_labeler_is_free:
 *
 * Returns: whether @box is inside the area and covers nothing that is blocked and no
 *   label that was placed
 */
gboolean
quo_labeler_is_free (QuoLabeler   *self,
                     const QuoBox *box)
{
  g_return_val_if_fail (self != NULL && box != NULL, FALSE);

  if (self->cells == NULL
      || box->x < self->area.x || box->y < self->area.y
      || box->x + box->width > self->area.x + self->area.width
      || box->y + box->height > self->area.y + self->area.height)
    return FALSE;

  CellRange range = cells_under (self, box);
  for (guint row = range.top; row <= range.bottom; row++)
    for (guint column = range.left; column <= range.right; column++)
      for (guint32 e = self->cells[row * self->columns + column]; e != NONE;)
        {
          const Entry *entry = &g_array_index (self->entries, Entry, e);
          const QuoBox *other = &g_array_index (self->obstacles, QuoBox,
                                                entry->obstacle);
          if (box->x < other->x + other->width && other->x < box->x + box->width
              && box->y < other->y + other->height
              && other->y < box->y + box->height)
            return FALSE;
          e = entry->next;
        }
  return TRUE;
}

/**
 * quo_labeler_add:
 * @priority: labels of a higher one choose first; equals in the order added
 * @width: of the label's box
 * @height: of the label's box
 * @spots: (array length=n_spots): where it could go, the best first
 * @shift_max: how far it may be moved up or down from its best spot when no spot is
 *   free, in px; 0 for not at all
 *
 * Returns: the label's number, for quo_labeler_get()
 */
guint
quo_labeler_add (QuoLabeler         *self,
                 int                 priority,
                 double              width,
                 double              height,
                 const QuoLabelSpot *spots,
                 guint               n_spots,
                 double              shift_max)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (spots != NULL && n_spots > 0, 0);

  Label label = {
    .priority = priority,
    .width = (float) width,
    .height = (float) height,
    .shift_max = (float) shift_max,
    .first_spot = self->spots->len,
    .n_spots = n_spots,
    .index = self->labels->len,
  };
  g_array_append_vals (self->spots, spots, n_spots);
  g_array_append_val (self->labels, label);
  return label.index;
}

static gboolean
try_box (QuoLabeler *self,
         Label      *label,
         float       x,
         float       y)
{
  QuoBox box = { x, y, label->width, label->height };
  if (!quo_labeler_is_free (self, &box))
    return FALSE;

  label->box = box;
  label->is_placed = TRUE;
  QuoBox kept
    = { x - GAP, y - GAP, label->width + 2 * GAP, label->height + 2 * GAP };
  quo_labeler_block (self, &kept);
  return TRUE;
}

static void
place_label (QuoLabeler *self,
             Label      *label)
{
  const QuoLabelSpot *spots = &g_array_index (self->spots, QuoLabelSpot,
                                              label->first_spot);
  for (guint i = 0; i < label->n_spots; i++)
    if (try_box (self, label, spots[i].x, spots[i].y))
      return;

  const float step = MAX (label->height / 4, 1);
  for (float shift = step; shift <= label->shift_max; shift += step)
    if (try_box (self, label, spots[0].x, spots[0].y + shift)
        || try_box (self, label, spots[0].x, spots[0].y - shift))
      return;
}

static gint
compare_priority (gconstpointer a,
                  gconstpointer b,
                  gpointer      data)
{
  const Label *labels = data;
  const Label *one = &labels[*(const guint32 *) a];
  const Label *other = &labels[*(const guint32 *) b];

  if (one->priority != other->priority)
    return one->priority > other->priority ? -1 : 1;
  return one->index < other->index ? -1 : one->index > other->index;
}

/**
 * quo_labeler_place:
 *
 * Places all labels that were added: each takes the first of its spots that is free,
 * else is shifted as far as it may be, else is left out. The same calls give the same
 * places. To be called once after quo_labeler_clear().
 */
void
quo_labeler_place (QuoLabeler *self)
{
  g_return_if_fail (self != NULL);

  g_array_set_size (self->order, self->labels->len);
  for (guint32 i = 0; i < self->labels->len; i++)
    g_array_index (self->order, guint32, i) = i;
  g_array_sort_with_data (self->order, compare_priority, self->labels->data);
  for (guint i = 0; i < self->order->len; i++)
    place_label (self,
                 &g_array_index (self->labels, Label,
                                 g_array_index (self->order, guint32, i)));
}

/**
 * quo_labeler_get:
 * @label: what quo_labeler_add() returned
 * @ret_box: (out): where it was placed
 *
 * Returns: whether there was room for it
 */
gboolean
quo_labeler_get (QuoLabeler *self,
                 guint       label,
                 QuoBox     *ret_box)
{
  g_return_val_if_fail (self != NULL && ret_box != NULL, FALSE);
  g_return_val_if_fail (label < self->labels->len, FALSE);

  const Label *found = &g_array_index (self->labels, Label, label);
  if (found->is_placed)
    *ret_box = found->box;
  return found->is_placed;
}
