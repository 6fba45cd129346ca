/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/network-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define NATURAL_WIDTH  720.0
#define NATURAL_HEIGHT 560.0
#define RADIUS         32.0
#define RADIUS_MAX     44.0
#define RADIUS_MIN     1.2
#define RADIUS_SQUEEZED 14.0
#define NEAR_MAX       64 /* nodes whose distances are all measured */
#define LEGEND_ROOM    30.0

static gpointer
network_create (QuoRun     *run,
                QuoMetrics *metrics)
{
  QuoNetworkView *self = g_new0 (QuoNetworkView, 1);

  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->metrics = quo_metrics_ref (metrics);
  self->index = quo_index_new (self->trace);
  self->config = quo_sim_config_ref (quo_sim_get_config (quo_run_sim (run)));
  self->n_nodes = quo_trace_n_nodes (self->trace);
  self->n_clients = quo_trace_n_clients (self->trace);
  self->x = g_new0 (double, MAX (self->n_nodes, 1));
  self->y = g_new0 (double, MAX (self->n_nodes, 1));
  self->labeler = quo_labeler_new ();
  self->sends = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->labels = g_array_new (FALSE, FALSE, sizeof (QuoNodeLabel));
  self->texts = g_string_chunk_new (1024);
  quo_network_find_places (self);
  return self;
}

static void
network_destroy (gpointer data)
{
  QuoNetworkView *self = data;

  g_string_chunk_free (self->texts);
  g_array_unref (self->labels);
  g_array_unref (self->sends);
  quo_labeler_free (self->labeler);
  g_free (self->x);
  g_free (self->y);
  g_clear_pointer (&self->config, quo_sim_config_unref);
  quo_index_free (self->index);
  quo_metrics_unref (self->metrics);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

static double
view_zoom (const QuoView *view)
{
  return view->zoom > 0 ? view->zoom : 1;
}

static void
network_extent (gpointer       data,
                const QuoView *view,
                double        *ret_width,
                double        *ret_height)
{
  double zoom = view_zoom (view);

  *ret_width = (view->width > 0 ? view->width : NATURAL_WIDTH) * zoom;
  *ret_height = (view->height > 0 ? view->height : NATURAL_HEIGHT) * zoom;
}

/* The part of the content that 0 .. 1 stand for: what hangs on a node at the edge
 * must not be cut off. */
static void
frame_place (QuoNetworkFrame *frame,
             double           width,
             double           height)
{
  double side = frame->radius + 12, above = frame->radius + 14, below = side;

  if (frame->radius >= QUO_NETWORK_FULL_RADIUS)
    {
      side += 34;
      below += 22;
    }
  if (frame->has_clients && frame->radius >= QUO_NETWORK_NAME_RADIUS)
    {
      side += 18;
      above += 26;
      below += 12;
    }
  side = MIN (side, width * 0.28);
  above = MIN (above, height * 0.24);
  below = MIN (below + (height > 260 ? LEGEND_ROOM : 0), height * 0.28);
  frame->left = side - frame->view->x;
  frame->top = above - frame->view->y;
  frame->width = width - 2 * side;
  frame->height = height - above - below;
}

/* The shortest way between two nodes, when these are few. */
static double
least_distance (const QuoNetworkFrame *frame)
{
  guint n = frame->self->n_nodes;
  double least = G_MAXDOUBLE;

  for (guint i = 0; n <= NEAR_MAX && i < n; i++)
    for (guint j = i + 1; j < n; j++)
      {
        double x1, y1, x2, y2;
        quo_network_node_at (frame, i, &x1, &y1);
        quo_network_node_at (frame, j, &x2, &y2);
        least = MIN (least, hypot (x2 - x1, y2 - y1));
      }
  return least;
}

/* Circles as large as there is room for, and no larger than looks well. */
static void
frame_measure (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  const QuoView *view = frame->view;
  double zoom = view_zoom (view);
  double width = view->width * zoom, height = view->height * zoom;
  double fair = 0.24 * sqrt (width * height / MAX (self->n_nodes, 1));

  if (self->apart > 0)
    fair = MIN (fair, 0.4 * self->apart * MIN (width, height));
  double most = zoom > 1 ? MIN (RADIUS * sqrt (zoom), RADIUS_MAX) : RADIUS;
  frame->has_clients = self->n_clients > 0 && width >= 300 && height >= 220;
  frame->radius = CLAMP (fair, RADIUS_MIN, most);
  frame_place (frame, width, height);
  /* Two that a person has put on top of each other do not make all others dots. */
  double room = MAX (0.42 * least_distance (frame), RADIUS_SQUEEZED);
  if (room < frame->radius)
    {
      frame->radius = room;
      frame_place (frame, width, height);
    }
}

/**
 * quo_network_node_at:
 * @ret_x: (out): where the node stands, view px
 * @ret_y: (out): where the node stands, view px
 */
void
quo_network_node_at (const QuoNetworkFrame *frame,
                     guint                  node,
                     double                *ret_x,
                     double                *ret_y)
{
  *ret_x = frame->left + frame->self->x[node] * frame->width;
  *ret_y = frame->top + frame->self->y[node] * frame->height;
}

/**
 * quo_network_at:
 *
 * Returns: FALSE when @participant is not drawn; else where it stands, view px
 */
gboolean
quo_network_at (const QuoNetworkFrame *frame,
                guint                  participant,
                double                *ret_x,
                double                *ret_y)
{
  if (participant < frame->self->n_nodes)
    {
      quo_network_node_at (frame, participant, ret_x, ret_y);
      return TRUE;
    }
  guint client = participant - frame->self->n_nodes;
  if (frame->clients == NULL || client >= frame->self->n_clients ||
      isnan (frame->clients[client].x))
    return FALSE;
  *ret_x = frame->clients[client].x;
  *ret_y = frame->clients[client].y;
  return TRUE;
}

/**
 * quo_network_state:
 *
 * Returns: what @node is at the time shown
 */
QuoNodeState
quo_network_state (const QuoNetworkFrame *frame,
                   guint                  node)
{
  const QuoPalette *palette = frame->palette;
  QuoNodeState state = { .life = quo_replay_life (frame->replay, node), .role = -1 };

  if (palette->role >= 0)
    state.role = quo_replay_scalar (frame->replay, node, palette->role);
  if (palette->epoch >= 0)
    state.epoch = quo_replay_scalar (frame->replay, node, palette->epoch);
  if (palette->knows >= 0)
    state.knows = quo_replay_scalar (frame->replay, node, palette->knows) != 0;
  state.tint = quo_palette_node_tint (palette, state.role, state.epoch);
  /* Who knows is told by the inside of its circle, and that needs a colour. */
  if (state.knows && state.tint == QUO_TINT_NEUTRAL)
    state.tint = quo_palette_tone_tint (QUO_TONE_INFO);
  state.is_leading = quo_palette_is_leading (palette, state.role);
  return state;
}

/**
 * quo_network_label:
 *
 * Asks for a place for a label; @label's text is copied.
 */
void
quo_network_label (QuoNetworkFrame    *frame,
                   int                 priority,
                   const QuoNodeLabel *label,
                   const QuoLabelSpot *spots,
                   guint               n_spots,
                   double              shift_max)
{
  QuoNetworkView *self = frame->self;
  QuoNodeLabel kept = *label;

  kept.text = g_string_chunk_insert (self->texts, label->text);
  double width = quo_metrics_get_width (self->metrics, label->font, 0, kept.text);
  kept.number = quo_labeler_add (self->labeler, priority, ceil (width) + 2,
                                 ceil (quo_metrics_get_height (self->metrics,
                                                               label->font, 0)),
                                 spots, n_spots, shift_max);
  g_array_append_val (self->labels, kept);
}

/**
 * quo_network_label_fixed:
 *
 * Gives @label the first of @spots that is free now, before anything that moves asks
 * for its own: it does not jump about when messages pass. It is left out where there
 * is none.
 */
void
quo_network_label_fixed (QuoNetworkFrame    *frame,
                         const QuoNodeLabel *label,
                         const QuoLabelSpot *spots,
                         guint               n_spots)
{
  QuoNetworkView *self = frame->self;
  QuoNodeLabel kept = *label;
  double width = quo_metrics_get_width (self->metrics, label->font, 0, label->text);

  for (guint i = 0; i < n_spots; i++)
    {
      kept.box = (QuoBox) {
        spots[i].x, spots[i].y, (float) ceil (width) + 2,
        (float) ceil (quo_metrics_get_height (self->metrics, label->font, 0))
      };
      if (!quo_labeler_is_free (self->labeler, &kept.box))
        continue;
      kept.text = g_string_chunk_insert (self->texts, label->text);
      kept.is_fixed = TRUE;
      quo_labeler_block (self->labeler, &kept.box);
      g_array_append_val (self->labels, kept);
      return;
    }
}

/**
 * quo_network_label_around:
 * @away: how far from the point the label has to stay, px
 *
 * Asks for a place above, below or beside a point.
 */
void
quo_network_label_around (QuoNetworkFrame    *frame,
                          int                 priority,
                          const QuoNodeLabel *label,
                          double              x,
                          double              y,
                          double              away)
{
  double width = ceil (quo_metrics_get_width (frame->self->metrics, label->font, 0,
                                              label->text)) + 2;
  double height = ceil (quo_metrics_get_height (frame->self->metrics, label->font, 0));
  float middle = (float) (x - width / 2), left = (float) (x - away - width);
  float right = (float) (x + away), above = (float) (y - away - height);
  float below = (float) (y + away), beside = (float) (y - height / 2);
  QuoLabelSpot spots[] = {
    { middle, above }, { middle, below }, { right, beside }, { left, beside },
    { right, above }, { left, above }, { right, below }, { left, below },
  };

  quo_network_label (frame, priority, label, spots, G_N_ELEMENTS (spots), 0);
}

static void
draw_labels (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;

  quo_labeler_place (self->labeler);
  for (guint i = 0; i < self->labels->len; i++)
    {
      const QuoNodeLabel *label = &g_array_index (self->labels, QuoNodeLabel, i);
      QuoBox box = label->box;
      if (label->is_fixed || quo_labeler_get (self->labeler, label->number, &box))
        quo_scene_add_text (frame->scene,
                            QUO_PEN (.style = label->style, .tint = label->tint,
                                     .font = label->font, .id = label->id,
                                     .plate = TRUE),
                            box.x + 1,
                            box.y + quo_metrics_get_ascent (self->metrics, label->font, 0),
                            label->text);
    }
}

/* A sign of the legend: a dot of a tint, or nothing, and what it means. */
typedef struct
{
  char  *text;
  guint  tint;
  gboolean has_dot;
} QuoSign;

static void
add_sign (GArray   *signs,
          gboolean  has_dot,
          guint     tint,
          char     *text)
{
  QuoSign sign = { .text = text, .tint = tint, .has_dot = has_dot };
  g_array_append_val (signs, sign);
}

static void
clear_sign (gpointer data)
{
  QuoSign *sign = data;
  g_free (sign->text);
}

/* Roles are written beside the nodes when these are few; else they stand here. */
static GArray *
collect_signs (QuoNetworkFrame *frame)
{
  const QuoPalette *palette = frame->palette;
  const QuoFieldSpec *fields = palette->declaration->fields;
  const QuoRoleSpec *roles = palette->declaration->roles;
  GArray *signs = g_array_new (FALSE, FALSE, sizeof (QuoSign));
  gboolean has_leading = FALSE;
  /* Where nodes are dots, who does not know yet is pale, whatever its role. */
  gboolean is_pale_unknowing = palette->knows >= 0
                               && frame->radius < QUO_NETWORK_NAME_RADIUS;

  g_array_set_clear_func (signs, clear_sign);
  for (int i = 0; i < palette->n_roles; i++)
    has_leading |= roles[i].is_leading;
  if (palette->epoch >= 0)
    add_sign (signs, FALSE, 0, g_strdup_printf (_("colour: %s"), fields[palette->epoch].id));
  else if (frame->self->n_nodes > QUO_NETWORK_ROLES_MAX && palette->n_roles > 1)
    {
      for (int i = 0; i < palette->n_roles; i++)
        if (!is_pale_unknowing || roles[i].tone != QUO_TONE_NEUTRAL)
          add_sign (signs, TRUE, quo_palette_tone_tint (roles[i].tone),
                    g_strdup (roles[i].id));
    }
  else if (palette->role >= 0 && palette->n_roles > 1)
    add_sign (signs, FALSE, 0, g_strdup (_("colour: role")));
  if (is_pale_unknowing)
    add_sign (signs, TRUE, QUO_TINT_NEUTRAL,
              g_strdup_printf (_("not yet: %s"), fields[palette->knows].id));
  if (palette->knows >= 0 && frame->radius >= QUO_NETWORK_NAME_RADIUS)
    add_sign (signs, FALSE, 0, g_strdup_printf (_("filled: %s"), fields[palette->knows].id));
  if (has_leading)
    add_sign (signs, FALSE, 0, g_strdup (_("double ring: leading")));
  if (palette->deadline >= 0 && frame->radius >= QUO_NETWORK_NAME_RADIUS)
    add_sign (signs, FALSE, 0, g_strdup_printf (_("ring: %s"), fields[palette->deadline].id));
  if (frame->radius >= QUO_NETWORK_NAME_RADIUS)
    add_sign (signs, FALSE, 0, g_strdup (_("hollow: reply")));
  return signs;
}

/* What the signs mean, in a line at the bottom: as many as there is room for. */
static void
draw_legend (QuoNetworkFrame *frame)
{
  const double gap = 16, dot = 13;
  double room = frame->view->width - 24, width = -gap;

  if (frame->view->height <= 260 || frame->view->width < 260 || view_zoom (frame->view) > 1)
    return;
  g_autoptr(GArray) signs = collect_signs (frame);
  g_autofree double *widths = g_new0 (double, signs->len + 1);
  guint n = 0;
  for (; n < signs->len; n++)
    {
      const QuoSign *sign = &g_array_index (signs, QuoSign, n);
      widths[n] = quo_metrics_get_width (frame->self->metrics, QUO_FONT_SMALL, 0, sign->text)
                  + (sign->has_dot ? dot : 0);
      if (width + gap + widths[n] > room)
        break;
      width += gap + widths[n];
    }
  double x = (frame->view->width - width) / 2, y = frame->view->height - 12;
  for (guint i = 0; i < n; i++)
    {
      const QuoSign *sign = &g_array_index (signs, QuoSign, i);
      if (sign->has_dot)
        quo_scene_add_mark (frame->scene,
                            QUO_PEN (.style = sign->tint == QUO_TINT_NEUTRAL
                                                ? QUO_STYLE_LINK : QUO_STYLE_NODE,
                                     .tint = sign->tint, .paint = QUO_PAINT_FILL),
                            QUO_MARK_DOT, x + 4, y - 4, 8, 0);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL),
                          x + (sign->has_dot ? dot : 0), y, sign->text);
      x += widths[i] + gap;
    }
}

static void
light (QuoNetworkFrame *frame,
       guint64          thing,
       QuoStyle         style)
{
  guint64 index = quo_thing_index (thing);
  double x, y;

  if (quo_thing_kind (thing) == QUO_THING_EVENT)
    quo_network_light_event (frame, (guint32) MIN (index, QUO_NO_EVENT), style);
  else if (quo_thing_kind (thing) == QUO_THING_LINK)
    quo_network_light_link (frame, (guint) (index >> 28), index & 0xfffffff, style);
  if (quo_thing_kind (thing) != QUO_THING_PARTICIPANT ||
      index >= frame->self->n_nodes + frame->self->n_clients ||
      !quo_network_at (frame, (guint) index, &x, &y))
    return;
  if (index >= frame->self->n_nodes)
    {
      double width = frame->client_width[index - frame->self->n_nodes] + 8;
      quo_scene_add_rectangle (frame->scene,
                               QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE,
                                        .id = thing),
                               x - width / 2, y - 17, width, 34, 17);
      return;
    }
  double radius = frame->radius + (frame->radius < 6 ? 4 : 8);
  quo_scene_add_ellipse (frame->scene,
                         QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE, .id = thing),
                         x, y, radius, radius);
}

static void
draw_moving (QuoNetworkFrame *frame)
{
  quo_replay_seek_time (frame->replay, frame->time);
  frame->has_cuts = quo_replay_has_cuts (frame->replay);
  if (frame->has_clients && frame->radius >= QUO_NETWORK_NAME_RADIUS)
    quo_network_place_clients (frame);
  quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
  if (frame->radius >= QUO_NETWORK_NAME_RADIUS)
    quo_network_block_nodes (frame);
  quo_network_draw_violations (frame);
  if (frame->has_cuts)
    quo_network_draw_cuts (frame);
  /* Among many nodes messages pass behind those in between. */
  gboolean is_crowded = frame->self->n_nodes > QUO_NETWORK_MESH_MAX;
  if (is_crowded)
    quo_network_draw_messages (frame);
  if (frame->radius >= QUO_NETWORK_NAME_RADIUS)
    {
      quo_network_draw_clients (frame);
      quo_network_draw_nodes (frame);
    }
  else
    quo_network_draw_dots (frame);
  if (!is_crowded)
    quo_network_draw_messages (frame);
  draw_labels (frame);
}

static void
network_draw (gpointer       data,
              const QuoView *view,
              QuoScene      *scene)
{
  QuoNetworkView *self = data;
  QuoNetworkFrame frame = {
    .self = self,
    .view = view,
    .scene = scene,
    .replay = quo_run_replay (self->run),
    .palette = quo_index_palette (self->index),
    .time = view->time,
  };

  if (view->width < 1 || view->height < 1)
    return;
  frame_measure (&frame);
  QuoBox area = { 2, 2, (float) view->width - 4, (float) view->height - 4 };
  quo_labeler_clear (self->labeler, &area);
  g_array_set_size (self->labels, 0);
  g_string_chunk_clear (self->texts);

  quo_scene_set_layer (scene, QUO_LAYER_STILL);
  draw_legend (&frame);
  if (!view->is_still_only)
    quo_replay_seek_time (frame.replay, frame.time);
  quo_network_draw_links (&frame);
  if (!view->is_still_only)
    draw_moving (&frame);
  quo_scene_set_layer (scene, QUO_LAYER_OVERLAY);
  if (view->hovered != 0 && view->hovered != view->selected)
    light (&frame, view->hovered, QUO_STYLE_ACCENT);
  if (view->selected_second != 0)
    light (&frame, view->selected_second, QUO_STYLE_FUTURE);
  if (view->selected != 0)
    light (&frame, view->selected, QUO_STYLE_SELECTION);
  quo_scene_set_layer (scene, QUO_LAYER_STILL);
  g_free (frame.clients);
  g_free (frame.client_width);
}

static gboolean
network_drag (gpointer       data,
              const QuoView *view,
              guint64        thing,
              double         x,
              double         y,
              double        *ret_x,
              double        *ret_y)
{
  QuoNetworkView *self = data;
  QuoNetworkFrame frame = { .self = self, .view = view };
  guint64 node = quo_thing_index (thing);

  if (quo_thing_kind (thing) != QUO_THING_PARTICIPANT || node >= self->n_nodes)
    return FALSE;
  frame_measure (&frame);
  if (frame.width < 1 || frame.height < 1)
    return FALSE;
  /* Four digits are finer than a pixel and make files that can be read. */
  self->x[node] = round (CLAMP ((x - frame.left) / frame.width, 0, 1) * 1e4) / 1e4;
  self->y[node] = round (CLAMP ((y - frame.top) / frame.height, 0, 1) * 1e4) / 1e4;
  *ret_x = self->x[node];
  *ret_y = self->y[node];
  return TRUE;
}

static void
network_extended (gpointer data)
{
  QuoNetworkView *self = data;

  quo_index_extend (self->index);
}

const QuoDiagramClass quo_network_diagram = {
  .id = "network",
  .title = N_("Network"),
  .summary = N_("Nodes, links and messages at the time shown"),
  .is_offered = quo_diagram_is_always_offered,
  .create = network_create,
  .destroy = network_destroy,
  .extent = network_extent,
  .draw = network_draw,
  .drag = network_drag,
  .extended = network_extended,
};
