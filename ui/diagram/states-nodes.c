/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The states of a state machine and who is in them: by name, as dots, or counted. */

#include "diagram/states-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define DOTS_MAX     160    /* nodes up to here are dots, if not chips */
#define HEAD_HEIGHT  27.0
#define PAD          9.0
#define CHIP_HEIGHT  22.0
#define CHIP_GAP     5.0
#define CHIP_MAX     60.0
#define DOT_PITCH    11.0
#define COUNT_HEIGHT 40.0

static double
chip_width (const QuoStatesView *self,
            guint                node)
{
  char buffer[32];
  const char *name = quo_trace_label (self->trace, node, buffer);
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0, name) + 12;

  return CLAMP (ceil (width), CHIP_HEIGHT, CHIP_MAX);
}

static double
widest_chip (const QuoStatesView *self)
{
  double width = CHIP_HEIGHT;

  for (guint i = 0; i < self->n_nodes && i < QUO_STATES_NAMES_MAX; i++)
    width = MAX (width, chip_width (self, i));
  return width;
}

/**
 * quo_states_wide:
 *
 * Returns: how wide the box of a state is: for every name and, in a few rows, for all
 *   nodes
 */
double
quo_states_wide (const QuoStatesView *self)
{
  const QuoRoleSpec *roles = quo_index_palette (self->index)->declaration->roles;
  double width = 76, chip = widest_chip (self) + CHIP_GAP;
  guint a_row = self->n_nodes <= 3 ? self->n_nodes : MAX ((self->n_nodes + 1) / 2, 2);

  for (guint s = 0; s < self->n_states; s++)
    width = MAX (width, quo_metrics_get_width (self->metrics, QUO_FONT_STRONG, 0,
                                               roles[s].id));
  if (self->n_nodes <= QUO_STATES_NAMES_MAX)
    width = MAX (width, MIN (a_row, 4) * chip - CHIP_GAP);
  else
    width = MAX (width, 9 * DOT_PITCH);
  return MIN (ceil (width), 150) + 2 * PAD;
}

/**
 * quo_states_room:
 * @box_width: of the box of a state
 *
 * Returns: how high it has to be for all nodes to be in it
 */
double
quo_states_room (const QuoStatesView *self,
                 double               box_width)
{
  double inner = box_width - 2 * PAD;

  if (self->n_nodes > DOTS_MAX)
    return HEAD_HEIGHT + COUNT_HEIGHT;
  if (self->n_nodes > QUO_STATES_NAMES_MAX)
    {
      double a_row = MAX (floor (inner / DOT_PITCH), 1);
      return HEAD_HEIGHT + ceil (self->n_nodes / a_row) * DOT_PITCH + PAD;
    }
  double a_row = MAX (floor ((inner + CHIP_GAP) / (widest_chip (self) + CHIP_GAP)), 1);
  return HEAD_HEIGHT + ceil (self->n_nodes / a_row) * (CHIP_HEIGHT + CHIP_GAP) - CHIP_GAP
         + PAD + 2;
}

static guint
node_tint (const QuoStatesFrame *frame,
           guint                 node)
{
  QuoReplay *replay = quo_run_replay (frame->self->run);
  const QuoPalette *palette = frame->palette;
  gint64 epoch = palette->epoch >= 0
                   ? quo_replay_scalar (replay, node, (guint) palette->epoch) : 0;

  return quo_palette_node_tint (palette,
                                quo_replay_scalar (replay, node, (guint) palette->role),
                                epoch);
}

/* The state that @node is in, or that of those that are down. */
static guint
state_of (const QuoStatesFrame *frame,
          guint                 node)
{
  QuoReplay *replay = quo_run_replay (frame->self->run);

  if (quo_replay_life (replay, node) == QUO_LIFE_DOWN)
    return frame->self->n_states;
  gint64 role = quo_replay_scalar (replay, node, (guint) frame->palette->role);
  return (guint) CLAMP (role, 0, (gint64) frame->self->n_states - 1);
}

static char *
node_title (const QuoStatesFrame *frame,
            guint                 node,
            guint                 state)
{
  QuoStatesView *self = frame->self;
  QuoReplay *replay = quo_run_replay (self->run);
  g_autoptr(GString) text = g_string_new (NULL);
  char buffer[32];

  g_string_append_printf (text, "%s: ", quo_trace_label (self->trace, node, buffer));
  if (state == self->n_states)
    g_string_append (text, _("crashed"));
  else
    g_string_append (text, frame->palette->declaration->roles[state].id);
  if (quo_replay_life (replay, node) == QUO_LIFE_PAUSED)
    g_string_append (text, _(", paused"));
  if (frame->palette->epoch >= 0)
    {
      g_string_append (text, ", ");
      quo_palette_epoch_text (frame->palette, self->trace,
                              quo_replay_scalar (replay, node,
                                                 (guint) frame->palette->epoch), text);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static QuoPen
node_pen (const QuoStatesFrame *frame,
          guint                 node,
          guint                 state)
{
  QuoReplay *replay = quo_run_replay (frame->self->run);
  QuoPen pen = { .style = QUO_STYLE_NODE, .tint = node_tint (frame, node),
                 .paint = QUO_PAINT_SOFT, .width = 1.6f };

  if (state == frame->self->n_states)
    pen = (QuoPen) { .style = QUO_STYLE_NODE_DOWN };
  else if (quo_replay_life (replay, node) == QUO_LIFE_PAUSED)
    pen = (QuoPen) { .style = QUO_STYLE_NODE_PAUSED };
  return pen;
}

static void
draw_chip (QuoStatesFrame *frame,
           guint           node,
           guint           state,
           const QuoBox   *box)
{
  QuoStatesView *self = frame->self;
  g_autofree char *title = node_title (frame, node, state);
  QuoPen pen = node_pen (frame, node, state);
  char buffer[32];

  quo_scene_begin_group (frame->scene, QUO_STYLE_NODE,
                         quo_thing_id (QUO_THING_PARTICIPANT, node), title);
  if (state < self->n_states && quo_palette_is_leading (frame->palette, state))
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = pen.style, .tint = pen.tint,
                                      .paint = QUO_PAINT_STROKE, .width = 1),
                             box->x - 2.5, box->y - 2.5, box->width + 5, box->height + 5,
                             box->height / 2 + 2.5);
  quo_scene_add_rectangle (frame->scene, &pen, box->x, box->y, box->width, box->height,
                           box->height / 2);
  g_autofree char *name = quo_metrics_fit (self->metrics, QUO_FONT_SMALL_STRONG, 0,
                                           quo_trace_label (self->trace, node, buffer),
                                           box->width - 6);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = state == self->n_states ? QUO_STYLE_TEXT_MUTED
                                                               : QUO_STYLE_TEXT,
                               .font = QUO_FONT_SMALL_STRONG, .align = QUO_ALIGN_MIDDLE),
                      box->x + box->width / 2, box->y + box->height / 2 + 4, name);
  quo_scene_end_group (frame->scene);
}

/* Those in @state as chips, from the top left on, as many as there is room for. */
static void
draw_chips (QuoStatesFrame *frame,
            guint           state,
            const QuoBox   *box)
{
  QuoStatesView *self = frame->self;
  double width = widest_chip (self);
  guint a_row = (guint) MAX (floor ((box->width + CHIP_GAP) / (width + CHIP_GAP)), 1);
  guint n = frame->population[state];
  double indent = (box->width - MIN (n, a_row) * (width + CHIP_GAP) + CHIP_GAP) / 2;
  guint at = 0;

  for (guint node = 0; node < self->n_nodes; node++)
    {
      if (state_of (frame, node) != state)
        continue;
      QuoBox chip = {
        (float) (box->x + indent + at % a_row * (width + CHIP_GAP)),
        (float) (box->y + at / a_row * (CHIP_HEIGHT + CHIP_GAP)),
        (float) width, CHIP_HEIGHT
      };
      draw_chip (frame, node, state, &chip);
      at++;
    }
}

static void
draw_dots (QuoStatesFrame *frame,
           guint           state,
           const QuoBox   *box)
{
  QuoStatesView *self = frame->self;
  guint a_row = (guint) MAX (floor (box->width / DOT_PITCH), 1), at = 0;
  double indent = (box->width - a_row * DOT_PITCH) / 2;

  for (guint node = 0; node < self->n_nodes; node++)
    {
      if (state_of (frame, node) != state)
        continue;
      g_autofree char *title = node_title (frame, node, state);
      QuoPen pen = node_pen (frame, node, state);
      pen.id = quo_thing_id (QUO_THING_PARTICIPANT, node);
      pen.title = title;
      pen.width = 1.2f;
      quo_scene_add_ellipse (frame->scene, &pen,
                             box->x + indent + (at % a_row + 0.5) * DOT_PITCH,
                             box->y + (at / a_row + 0.5) * DOT_PITCH, 3.8, 3.8);
      at++;
    }
}

static QuoPen
share_pen (const QuoStatesFrame *frame,
           guint                 state)
{
  if (state == frame->self->n_states)
    return (QuoPen) { .style = QUO_STYLE_NODE_DOWN, .paint = QUO_PAINT_FILL };
  return (QuoPen) {
    .style = QUO_STYLE_STRIP, .paint = QUO_PAINT_FILL,
    .tint = quo_palette_tone_tint (frame->palette->declaration->roles[state].tone)
  };
}

static void
draw_count (QuoStatesFrame *frame,
            guint           state,
            const QuoBox   *box)
{
  guint n = frame->population[state];
  double share = (double) n / MAX (frame->self->n_nodes, 1);
  QuoPen pen = share_pen (frame, state);

  quo_scene_add_printf (frame->scene,
                        QUO_PEN (.style = n > 0 ? QUO_STYLE_TEXT : QUO_STYLE_TEXT_MUTED,
                                 .font = QUO_FONT_TITLE, .align = QUO_ALIGN_MIDDLE),
                        box->x + box->width / 2, box->y + 15, "%u", n);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_GRID, .paint = QUO_PAINT_FILL),
                           box->x, box->y + 22, box->width, 5, 0);
  if (n > 0)
    quo_scene_add_rectangle (frame->scene, &pen, box->x, box->y + 22,
                             MAX (box->width * share, 1), 5, 0);
}

static void
draw_inside (QuoStatesFrame *frame,
             guint           state,
             const QuoBox   *box)
{
  if (frame->view->is_still_only || box->height < CHIP_HEIGHT || box->width < CHIP_HEIGHT)
    return;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  if (frame->self->n_nodes > DOTS_MAX)
    draw_count (frame, state, box);
  else if (frame->self->n_nodes > QUO_STATES_NAMES_MAX)
    draw_dots (frame, state, box);
  else
    draw_chips (frame, state, box);
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}

static void
draw_box (QuoStatesFrame *frame,
          guint           state)
{
  QuoStatesView *self = frame->self;
  const QuoRoleSpec *role = &frame->palette->declaration->roles[state];
  QuoBox box = quo_states_box (&self->layout, state);
  guint64 id = quo_thing_id (QUO_THING_ROLE, state);
  g_autofree char *title = g_strdup_printf ("%s: %s", role->id, _(role->summary));

  box.x -= (float) frame->view->x;
  box.y -= (float) frame->view->y;
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
  quo_scene_begin_group (frame->scene, QUO_STYLE_STATE, id, title);
  if (role->is_leading)
    quo_scene_add_rectangle (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_STATE, .width = 1,
                                      .paint = QUO_PAINT_STROKE),
                             box.x - 3.5, box.y - 3.5, box.width + 7, box.height + 7, 12);
  quo_scene_add_rectangle (frame->scene, QUO_PEN (.style = QUO_STYLE_STATE), box.x, box.y,
                           box.width, box.height, 9);
  g_autofree char *name = quo_metrics_fit (self->metrics, QUO_FONT_STRONG, 0, role->id,
                                           box.height < HEAD_HEIGHT ? 0
                                                                    : box.width - 2 * PAD);
  if (name[0] != '\0')
    quo_scene_add_text (frame->scene,
                        QUO_PEN (.style = QUO_STYLE_TEXT, .font = QUO_FONT_STRONG,
                                 .align = QUO_ALIGN_MIDDLE),
                        box.x + box.width / 2, box.y + 18, name);
  quo_scene_end_group (frame->scene);
  QuoBox inside = { box.x + (float) PAD, box.y + (float) HEAD_HEIGHT,
                    box.width - 2 * (float) PAD, box.height - (float) HEAD_HEIGHT };
  draw_inside (frame, state, &inside);
}

/**
 * quo_states_draw_boxes:
 *
 * Draws the states with those that are in them.
 */
void
quo_states_draw_boxes (QuoStatesFrame *frame)
{
  if (frame->self->n_nodes <= DOTS_MAX)
    quo_replay_seek (quo_run_replay (frame->self->run), frame->n_events);
  for (guint s = 0; s < frame->self->n_states; s++)
    draw_box (frame, s);
}

/**
 * quo_states_draw_down:
 * @box: a place below the state machine
 *
 * Draws those that are down: they are in no state.
 */
void
quo_states_draw_down (QuoStatesFrame *frame,
                      const QuoBox   *box)
{
  QuoStatesView *self = frame->self;
  guint n = frame->population[self->n_states];
  const char *name = _("crashed");
  double label = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0, name);

  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_NODE_DOWN, .width = 1,
                                    .paint = QUO_PAINT_STROKE,
                                    .title = _("Those that are down are in no state")),
                           box->x, box->y, box->width, box->height, 9);
  if (!frame->view->is_still_only)
    {
      quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = n > 0 ? QUO_STYLE_BAD : QUO_STYLE_TEXT_MUTED,
                                   .font = QUO_FONT_SMALL_STRONG),
                          box->x + PAD, box->y + box->height / 2 + 4, name);
      quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
    }
  double left = box->x + PAD + ceil (label) + 12;
  QuoBox inside = { (float) left, box->y + (box->height - (float) CHIP_HEIGHT) / 2,
                    (float) (box->x + box->width - PAD - left), (float) CHIP_HEIGHT };
  if (self->n_nodes > DOTS_MAX)
    inside.y = box->y + 8;
  else if (self->n_nodes <= QUO_STATES_NAMES_MAX)
    {
      double chips = MIN (self->n_nodes, n) * (widest_chip (self) + CHIP_GAP);
      inside.width = (float) MIN (inside.width, MAX (chips, CHIP_HEIGHT));
    }
  draw_inside (frame, self->n_states, &inside);
}

/**
 * quo_states_draw_share:
 * @box: a place below the state machine
 *
 * Draws all nodes as one bar, by state: for those too many to be seen one by one.
 */
void
quo_states_draw_share (QuoStatesFrame *frame,
                       const QuoBox   *box)
{
  QuoStatesView *self = frame->self;
  guint n_classes = self->n_states + 1, before = 0;

  if (frame->view->is_still_only || self->n_nodes <= QUO_STATES_NAMES_MAX)
    return;
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  for (guint s = 0; s < n_classes; s++)
    {
      guint n = frame->population[s];
      if (n == 0)
        continue;
      const char *name = s < self->n_states ? frame->palette->declaration->roles[s].id
                                            : _("crashed");
      g_autofree char *title = g_strdup_printf ("%s: %u of %u (%.1f %%)", name, n,
                                                self->n_nodes,
                                                100.0 * n / self->n_nodes);
      QuoPen pen = share_pen (frame, s);
      pen.id = s < self->n_states ? quo_thing_id (QUO_THING_ROLE, s) : 0;
      pen.title = title;
      double left = box->x + box->width * before / self->n_nodes;
      double width = (double) box->width * n / self->n_nodes;
      quo_scene_add_rectangle (frame->scene, &pen, left, box->y, MAX (width - 1, 0.5),
                               box->height / 2, 0);
      before += n;
    }
  quo_scene_set_layer (frame->scene, QUO_LAYER_STILL);
}
