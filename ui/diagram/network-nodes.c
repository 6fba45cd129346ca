/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/network-private.h"

#include "diagram/axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PILL_HEIGHT 26.0
#define VIOLATIONS_MAX 3
#define LOOK_BACK   4096 /* operations that are looked through for a client's latest */

/**
 * quo_network_describe_node:
 * @out: gets "A: leader, term 2"
 */
void
quo_network_describe_node (const QuoNetworkFrame *frame,
                           guint                  node,
                           const QuoNodeState    *state,
                           GString               *out)
{
  char buffer[32];
  const char *role = quo_palette_role_id (frame->palette, state->role);

  g_string_append (out, quo_trace_label (frame->self->trace, node, buffer));
  if (state->life == QUO_LIFE_DOWN)
    g_string_append (out, _(": crashed"));
  else if (state->life == QUO_LIFE_PAUSED)
    g_string_append (out, _(": paused"));
  else if (role != NULL)
    g_string_append_printf (out, ": %s", role);
  if (frame->palette->epoch >= 0)
    {
      g_string_append (out, ", ");
      quo_palette_epoch_text (frame->palette, frame->self->trace, state->epoch, out);
    }
  if (state->knows)
    g_string_append_printf (out, ", %s",
                            frame->palette->declaration->fields[frame->palette->knows].id);
}

/* The thick part of the ring: what is left of the time to the deadline. */
static void
draw_deadline (QuoNetworkFrame *frame,
               guint            node,
               guint            tint,
               double           x,
               double           y)
{
  QuoTime whole = quo_index_longest_wait (frame->self->index);

  if (frame->palette->deadline < 0 || whole <= 0)
    return;
  QuoTime deadline = quo_replay_scalar (frame->replay, node, frame->palette->deadline);
  if (deadline <= frame->time || deadline > QUO_TIME_MAX)
    return;
  double left = (double) (deadline - frame->time) / (double) whole;
  quo_scene_add_arc (frame->scene,
                     QUO_PEN (.style = QUO_STYLE_NODE_RING, .tint = tint,
                              .width = frame->radius >= QUO_NETWORK_FULL_RADIUS ? 4.5f
                                                                                : 3),
                     x, y, frame->radius, 0, MIN (left, 1));
}

static void
draw_circle (QuoNetworkFrame    *frame,
             guint               node,
             const QuoNodeState *state,
             double              x,
             double              y)
{
  double r = frame->radius;
  QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_NODE, .tint = state->tint };

  if (state->life == QUO_LIFE_DOWN)
    *pen = (QuoPen) { .style = QUO_STYLE_NODE_DOWN };
  else if (state->life == QUO_LIFE_PAUSED)
    *pen = (QuoPen) { .style = QUO_STYLE_NODE_PAUSED };
  else if (state->knows)
    pen->paint = QUO_PAINT_SOFT;
  quo_scene_add_ellipse (frame->scene, pen, x, y, r, r);
  if (state->life != QUO_LIFE_UP)
    return;
  if (state->is_leading)
    quo_scene_add_ellipse (frame->scene,
                           QUO_PEN (.style = QUO_STYLE_NODE, .tint = state->tint,
                                    .paint = QUO_PAINT_STROKE, .width = 1),
                           x, y, r + 4.5, r + 4.5);
  draw_deadline (frame, node, state->tint, x, y);
}

/* Why it does nothing: a cross through it, or the two bars of a pause. */
static void
draw_sign (QuoNetworkFrame    *frame,
           const QuoNodeState *state,
           double              x,
           double              y)
{
  double r = frame->radius;

  if (state->life == QUO_LIFE_DOWN)
    quo_scene_add_mark (frame->scene, QUO_PEN (.style = QUO_STYLE_BAD, .width = 2.6f),
                        QUO_MARK_CROSS, x + r * 0.72, y - r * 0.72, MAX (r * 0.5, 9), 0);
  if (state->life != QUO_LIFE_PAUSED)
    return;
  double size = MAX (r * 0.3, 5), cx = x + r * 0.74, cy = y - r * 0.74;
  quo_scene_add_ellipse (frame->scene, QUO_PEN (.style = QUO_STYLE_PANEL), cx, cy,
                         size + 3, size + 3);
  for (int side = -1; side <= 1; side += 2)
    quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_WARN, .width = 3),
                        cx + side * 3, cy - size * 0.7, cx + side * 3, cy + size * 0.7);
}

static void
draw_texts (QuoNetworkFrame    *frame,
            guint               node,
            const QuoNodeState *state,
            double              x,
            double              y)
{
  QuoNetworkView *self = frame->self;
  gboolean is_full = frame->radius >= QUO_NETWORK_FULL_RADIUS;
  char buffer[32];
  const char *name = quo_trace_label (self->trace, node, buffer);
  QuoStyle style = state->life == QUO_LIFE_UP ? QUO_STYLE_TEXT : QUO_STYLE_TEXT_MUTED;
  gboolean has_epoch = is_full && (frame->palette->epoch >= 0 ||
                                   frame->palette->lamport >= 0);
  QuoFont font = !is_full ? QUO_FONT_SMALL
                 : frame->radius >= 26 ? QUO_FONT_TITLE : QUO_FONT_STRONG;

  g_autofree char *fitted = quo_metrics_fit (self->metrics, font, 0, name,
                                             2 * frame->radius - 6);
  if (fitted[0] == '\0' || !g_str_equal (fitted, name))
    {
      font = QUO_FONT_SMALL;
      g_free (fitted);
      fitted = quo_metrics_fit (self->metrics, font, 0, name, 2 * frame->radius - 2);
    }
  double size = quo_metrics_get_size (self->metrics, font);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = style, .font = font, .align = QUO_ALIGN_MIDDLE),
                      x, y + size * 0.36 - (has_epoch ? 6 : 0), fitted);
  if (!has_epoch)
    return;
  g_autoptr(GString) epoch = g_string_new (NULL);
  if (frame->palette->epoch >= 0)
    quo_palette_epoch_text (frame->palette, self->trace, state->epoch, epoch);
  else
    g_string_append_printf (epoch, "%s %" G_GINT64_FORMAT,
                            frame->palette->declaration->fields[frame->palette->lamport].id,
                            quo_replay_scalar (frame->replay, node,
                                               frame->palette->lamport));
  g_autofree char *below = quo_metrics_fit (self->metrics, QUO_FONT_SMALL, 0, epoch->str,
                                            2 * frame->radius - 8);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_TEXT_MUTED, .font = QUO_FONT_SMALL,
                               .align = QUO_ALIGN_MIDDLE),
                      x, y + 14, below);
}

/* What it is, below it where there is room. */
static void
ask_for_role (QuoNetworkFrame    *frame,
              guint               node,
              const QuoNodeState *state,
              double              x,
              double              y)
{
  const char *role = quo_palette_role_id (frame->palette, state->role);
  g_autoptr(GString) stamp = g_string_new (NULL);
  double r = frame->radius + 3;

  /* The role that all begin in says less than what the node knows of the others. */
  if (role != NULL && frame->palette->stamp >= 0 &&
      state->role ==
        frame->palette->declaration->fields[frame->palette->role].initial)
    role = NULL;
  if (role == NULL && frame->palette->stamp >= 0)
    {
      quo_palette_stamp_text (frame->self->trace,
                              quo_replay_table (frame->replay, node,
                                                frame->palette->stamp), stamp);
      role = stamp->str;
    }
  g_autofree char *outdated = NULL;
  if (state->is_leading && frame->palette->epoch >= 0 &&
      state->epoch < frame->latest_epoch)
    {
      const char *epoch = frame->palette->declaration->fields[frame->palette->epoch].id;
      role = outdated = g_strdup_printf (_("%s, older %s"), role, epoch);
    }
  QuoNodeLabel label = {
    .text = role, .style = QUO_STYLE_NODE, .tint = state->tint,
    .font = state->is_leading ? QUO_FONT_SMALL_STRONG : QUO_FONT_SMALL,
    .id = quo_thing_id (QUO_THING_PARTICIPANT, node)
  };

  if (state->life == QUO_LIFE_DOWN)
    label = (QuoNodeLabel) { .text = _("crashed"), .style = QUO_STYLE_BAD,
                             .font = QUO_FONT_SMALL_STRONG, .id = label.id };
  else if (state->life == QUO_LIFE_PAUSED)
    label = (QuoNodeLabel) { .text = _("paused"), .style = QUO_STYLE_WARN,
                             .font = QUO_FONT_SMALL_STRONG, .id = label.id };
  if (label.text == NULL || (frame->self->n_nodes > QUO_NETWORK_ROLES_MAX &&
                             state->life == QUO_LIFE_UP && !state->is_leading))
    return;
  if (label.style == QUO_STYLE_NODE && label.tint == QUO_TINT_NEUTRAL)
    label.style = QUO_STYLE_TEXT_MUTED;
  double width = ceil (quo_metrics_get_width (frame->self->metrics, label.font, 0,
                                              label.text)) + 2;
  double height = ceil (quo_metrics_get_height (frame->self->metrics, label.font, 0));
  /* Away from the middle, where the links and the messages are. */
  float below = (float) (y + r + 7), above = (float) (y - r - 7 - height);
  gboolean is_high = frame->self->n_nodes > 2 &&
                     frame->self->y[node] < frame->self->middle - 0.12;
  QuoLabelSpot spots[] = {
    { (float) (x - width / 2), is_high ? above : below },
    { (float) (x - width / 2), is_high ? below : above },
    { (float) (x + r + 5), (float) (y - height / 2) },
    { (float) (x - r - 5 - width), (float) (y - height / 2) },
  };
  quo_network_label_fixed (frame, &label, spots, G_N_ELEMENTS (spots));
}

static gboolean
is_in_sight (const QuoNetworkFrame *frame,
             double                 x,
             double                 y)
{
  double reach = frame->radius + 40;
  return x > -reach && y > -reach && x < frame->view->width + reach &&
         y < frame->view->height + reach;
}

/**
 * quo_network_block_nodes:
 *
 * Keeps labels off what stands still, nodes and clients, and gives the roles their
 * places before anything that moves.
 */
void
quo_network_block_nodes (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  double r = frame->radius + 5;

  frame->latest_epoch = 0;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      if (frame->palette->epoch >= 0)
        frame->latest_epoch = MAX (frame->latest_epoch,
                                   quo_replay_scalar (frame->replay, i,
                                                      frame->palette->epoch));
      QuoBox box = { (float) (x - r), (float) (y - r), (float) (2 * r), (float) (2 * r) };
      if (is_in_sight (frame, x, y))
        quo_labeler_block (self->labeler, &box);
    }
  for (guint i = 0; frame->clients != NULL && i < self->n_clients; i++)
    {
      double width = frame->client_width[i];
      QuoBox box = { (float) (frame->clients[i].x - width / 2 - 2),
                     frame->clients[i].y - 15, (float) width + 4, 30 };
      if (!isnan (frame->clients[i].x))
        quo_labeler_block (self->labeler, &box);
    }
  for (guint i = 0; frame->radius >= QUO_NETWORK_FULL_RADIUS && i < self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      if (!is_in_sight (frame, x, y))
        continue;
      QuoNodeState state = quo_network_state (frame, i);
      ask_for_role (frame, i, &state, x, y);
    }
}

/**
 * quo_network_draw_nodes:
 *
 * Draws every node in sight as a circle with its name.
 */
void
quo_network_draw_nodes (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      if (!is_in_sight (frame, x, y))
        continue;
      QuoNodeState state = quo_network_state (frame, i);
      g_autoptr(GString) title = g_string_new (NULL);
      quo_network_describe_node (frame, i, &state, title);
      quo_scene_begin_group (frame->scene, QUO_STYLE_NODE,
                             quo_thing_id (QUO_THING_PARTICIPANT, i), title->str);
      draw_circle (frame, i, &state, x, y);
      draw_texts (frame, i, &state, x, y);
      draw_sign (frame, &state, x, y);
      quo_scene_end_group (frame->scene);
    }
}

/* The latest operation that the client began, or QUO_NO_EVENT. */
static guint32
latest_operation (QuoNetworkFrame *frame,
                  guint            participant)
{
  QuoIndex *index = frame->self->index;
  guint n, n_all;
  const guint32 *invokes = quo_index_marks (index, QUO_EVENT_INVOKE, &n_all);

  n = quo_index_marks_until (index, QUO_EVENT_INVOKE, frame->time);
  for (guint i = n; i > 0 && n - i < LOOK_BACK; i--)
    if (quo_trace_node (frame->self->trace, invokes[i - 1]) == participant)
      return invokes[i - 1];
  return QUO_NO_EVENT;
}

/* "read x → 1", and how it went. What comes after the first so many bytes may be left
 * out. */
static QuoStyle
describe_operation (QuoNetworkFrame *frame,
                    guint32          invoke,
                    GString         *out,
                    gsize           *ret_length)
{
  QuoTrace *trace = frame->self->trace;
  QuoEvent event;

  quo_trace_read (trace, invoke, &event);
  quo_describe_event (trace, &event, out);
  gboolean is_write = event.what == QUO_OP_WRITE;
  guint32 end = quo_trace_peer (trace, invoke);
  if (end == QUO_NO_EVENT || quo_trace_time (trace, end) > frame->time)
    {
      g_string_append (out, " …");
      *ret_length = out->len;
      return QUO_STYLE_INFO;
    }
  quo_trace_read (trace, end, &event);
  g_string_append (out, " → ");
  if (event.what == QUO_STATUS_OK && !is_write && event.values[1] != 0)
    g_string_append (out, quo_names_get (quo_trace_names (trace),
                                         (guint32) event.values[1]));
  else
    g_string_append (out, quo_status_names[event.what]);
  *ret_length = out->len;
  if (event.cause != QUO_NO_EVENT &&
      quo_trace_kind (trace, event.cause) == QUO_EVENT_FALLBACK)
    {
      QuoEvent fallback;

      quo_trace_read (trace, event.cause, &fallback);
      g_string_append (out, " (");
      quo_describe_fallback (trace, &fallback, out);
      g_string_append_c (out, ')');
      return QUO_STYLE_WARN;
    }
  return event.what == QUO_STATUS_OK ? QUO_STYLE_GOOD :
         event.what == QUO_STATUS_UNKNOWN ? QUO_STYLE_WARN : QUO_STYLE_BAD;
}

/* Beside its pill, on the side where there is room. */
static gboolean
find_room (QuoNetworkFrame *frame,
           guint            client,
           const char      *text,
           QuoBox          *ret_box)
{
  QuoNetworkView *self = frame->self;
  double width = quo_metrics_get_width (self->metrics, QUO_FONT_SMALL_STRONG, 0, text)
                 + 18;
  double pill = frame->client_width[client];
  double x = frame->clients[client].x, y = frame->clients[client].y;

  QuoBox boxes[] = {
    { (float) (x + pill / 2 + 8), (float) (y - 12), (float) width, 24 },
    { (float) (x - pill / 2 - 8 - width), (float) (y - 12), (float) width, 24 },
    { (float) (x - width / 2), (float) (y - 12 - 32), (float) width, 24 },
    { (float) (x - width / 2), (float) (y - 12 + 32), (float) width, 24 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    if (quo_labeler_is_free (self->labeler, &boxes[i]))
      {
        *ret_box = boxes[i];
        return TRUE;
      }
  return FALSE;
}

static void
draw_operation (QuoNetworkFrame *frame,
                guint            client,
                guint32          invoke)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gsize length = 0;
  QuoStyle style = describe_operation (frame, invoke, text, &length);
  g_autofree char *shorter = g_strndup (text->str, length);
  const char *shown = text->str;
  QuoBox box;

  if (!find_room (frame, client, shown, &box))
    {
      shown = shorter;
      if (!find_room (frame, client, shown, &box))
        return;
    }
  guint64 id = quo_thing_id (QUO_THING_EVENT, invoke);
  quo_scene_add_rectangle (frame->scene,
                           QUO_PEN (.style = style, .paint = QUO_PAINT_SOFT, .id = id,
                                    .title = text->str),
                           box.x, box.y, box.width, box.height, 4);
  quo_scene_add_text (frame->scene,
                      QUO_PEN (.style = style, .font = QUO_FONT_SMALL_STRONG, .id = id),
                      box.x + 9, box.y + 16, shown);
  quo_labeler_block (frame->self->labeler, &box);
}

/**
 * quo_network_draw_clients:
 *
 * Draws every client as a pill near its node, with what it is doing.
 */
void
quo_network_draw_clients (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  char buffer[32];

  if (frame->clients == NULL)
    return;
  for (guint i = 0; i < self->n_clients; i++)
    {
      if (isnan (frame->clients[i].x))
        continue;
      double x = frame->clients[i].x, y = frame->clients[i].y;
      double width = frame->client_width[i], home_x, home_y;
      const char *label = quo_trace_label (self->trace, self->n_nodes + i, buffer);
      quo_network_node_at (frame, self->config->clients[i].home, &home_x, &home_y);
      quo_scene_add_line (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_LINK, .dash = QUO_DASH_DOTTED),
                          x, y, home_x, home_y);
      quo_scene_begin_group (frame->scene, QUO_STYLE_CLIENT,
                             quo_thing_id (QUO_THING_PARTICIPANT, self->n_nodes + i),
                             label);
      quo_scene_add_rectangle (frame->scene, QUO_PEN (.style = QUO_STYLE_CLIENT),
                               x - width / 2, y - PILL_HEIGHT / 2, width, PILL_HEIGHT,
                               PILL_HEIGHT / 2);
      quo_scene_add_text (frame->scene,
                          QUO_PEN (.style = QUO_STYLE_TEXT, .align = QUO_ALIGN_MIDDLE),
                          x, y + 4.5, label);
      quo_scene_end_group (frame->scene);
    }
  for (guint i = 0; i < self->n_clients; i++)
    {
      guint32 invoke = isnan (frame->clients[i].x)
                         ? QUO_NO_EVENT : latest_operation (frame, self->n_nodes + i);
      if (invoke != QUO_NO_EVENT)
        draw_operation (frame, i, invoke);
    }
}

/* Where and when, with a ring around the node for a while. */
static void
draw_violation (QuoNetworkFrame *frame,
                guint32          index,
                guint            nth)
{
  QuoNetworkView *self = frame->self;
  QuoEvent event;
  char time[QUO_AXIS_TEXT];
  double x, y;

  quo_trace_read (self->trace, index, &event);
  quo_axis_format (event.time, QUO_MILLISECOND, time);
  g_autofree char *text = NULL;
  text = g_strdup_printf (_("%s violated at %s"),
                          frame->palette->declaration->invariants[event.what].id, time);
  QuoNodeLabel label = { .text = text, .style = QUO_STYLE_BAD,
                         .font = QUO_FONT_SMALL_STRONG,
                         .id = quo_thing_id (QUO_THING_EVENT, index) };
  float top = 10 + 20 * (float) nth;
  double width = quo_metrics_get_width (self->metrics, label.font, 0, text);
  QuoLabelSpot spots[] = {
    { 12, top }, { (float) (frame->view->width - width - 14), top },
    { 12, (float) frame->view->height - 60 - top },
  };
  quo_network_label_fixed (frame, &label, spots, G_N_ELEMENTS (spots));
  if (event.node == G_MAXUINT || !quo_network_at (frame, event.node, &x, &y) ||
      frame->time - event.time > 10 * quo_index_typical_flight (self->index))
    return;
  quo_scene_add_ellipse (frame->scene,
                         QUO_PEN (.style = QUO_STYLE_BAD, .paint = QUO_PAINT_STROKE,
                                  .width = 2.5f, .id = label.id, .title = text),
                         x, y, frame->radius + 10, frame->radius + 10);
}

/**
 * quo_network_draw_violations:
 *
 * Says which invariants do not hold any more, the latest first.
 */
void
quo_network_draw_violations (QuoNetworkFrame *frame)
{
  QuoIndex *index = frame->self->index;
  guint n_all, n_drawn = 0;
  const guint32 *marks = quo_index_marks (index, QUO_EVENT_VIOLATION, &n_all);
  guint n = quo_index_marks_until (index, QUO_EVENT_VIOLATION, frame->time);

  if (frame->view->width < 260)
    return;
  for (guint i = n; i > 0 && n_drawn < VIOLATIONS_MAX; i--)
    draw_violation (frame, marks[i - 1], n_drawn++);
}
