/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/network-private.h"

#include "diagram/axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define LINKS_MAX     1200
#define MESSAGES_MAX  500  /* drawn; of more every so many */
#define LABELS_MAX    40
#define LANE          5.0  /* px to the right of the link's middle */
#define TRACE_BACK    4000 /* events that are looked through for recent losses */
#define SIDES         48   /* directions in which a line between groups is sought */

static guint64
link_id (guint from,
         guint to)
{
  return quo_thing_id (QUO_THING_LINK, (guint64) from << 28 | to);
}

static gboolean
can_be_seen (const QuoNetworkFrame *frame,
             double                 x1,
             double                 y1,
             double                 x2,
             double                 y2)
{
  return MAX (x1, x2) > 0 && MAX (y1, y2) > 0 && MIN (x1, x2) < frame->view->width &&
         MIN (y1, y2) < frame->view->height;
}

static gboolean
is_cut (const QuoNetworkFrame *frame,
        guint                  a,
        guint                  b)
{
  return !frame->view->is_still_only && quo_replay_has_cuts (frame->replay) &&
         (quo_replay_is_cut (frame->replay, a, b) ||
          quo_replay_is_cut (frame->replay, b, a));
}

static void
draw_link (QuoNetworkFrame *frame,
           guint            a,
           guint            b)
{
  double x1, y1, x2, y2;
  char one[32], other[32];

  quo_network_node_at (frame, a, &x1, &y1);
  quo_network_node_at (frame, b, &x2, &y2);
  if (!can_be_seen (frame, x1, y1, x2, y2))
    return;
  if (frame->radius < 4)
    {
      quo_scene_add_line (frame->scene, QUO_PEN (.style = QUO_STYLE_GRID, .width = 0.7f),
                          x1, y1, x2, y2);
      return;
    }
  g_autofree char *title = NULL;
  title = g_strdup_printf ("%s – %s", quo_trace_label (frame->self->trace, a, one),
                           quo_trace_label (frame->self->trace, b, other));
  QuoPen *pen = &(QuoPen) { .style = QUO_STYLE_LINK, .id = link_id (a, b),
                            .title = title };
  if (!is_cut (frame, a, b))
    {
      quo_scene_add_line (frame->scene, pen, x1, y1, x2, y2);
      return;
    }
  pen->style = QUO_STYLE_LINK_CUT;
  /* One way only: the arrow is the direction that still works. */
  gboolean forth = !quo_replay_is_cut (frame->replay, a, b);
  gboolean back = !quo_replay_is_cut (frame->replay, b, a);
  double length = hypot (x2 - x1, y2 - y1), pad = frame->radius + 6;
  if (length <= 2 * pad)
    return;
  double ux = (x2 - x1) / length * pad, uy = (y2 - y1) / length * pad;
  pen->head = forth ? QUO_HEAD_OPEN : QUO_HEAD_NONE;
  pen->tail = back ? QUO_HEAD_OPEN : QUO_HEAD_NONE;
  quo_scene_add_line (frame->scene, pen, x1 + ux, y1 + uy, x2 - ux, y2 - uy);
}

static void
draw_sparse_links (QuoNetworkFrame *frame,
                   const guint     *start,
                   const guint     *neighbours)
{
  guint n = frame->self->n_nodes, n_links = start[n] / 2, n_drawn = 0;

  /* So small that only a grey cloud would be seen. */
  if (frame->radius < 2 && n_links > 8 * LINKS_MAX)
    return;
  for (guint i = 0; i < n && n_drawn < LINKS_MAX; i++)
    for (guint e = start[i]; e < start[i + 1] && n_drawn < LINKS_MAX; e++)
      {
        guint j = neighbours[e];
        double x1, y1, x2, y2;
        if (j <= i || j >= n)
          continue;
        quo_network_node_at (frame, i, &x1, &y1);
        quo_network_node_at (frame, j, &x2, &y2);
        if (!can_be_seen (frame, x1, y1, x2, y2))
          continue;
        draw_link (frame, i, j);
        n_drawn++;
      }
}

/**
 * quo_network_draw_links:
 *
 * Draws who is whose neighbour; of a large complete graph nothing, as it would say
 * nothing.
 */
void
quo_network_draw_links (QuoNetworkFrame *frame)
{
  QuoNetworkView *self = frame->self;
  const QuoNetworkConfig *network = self->config != NULL ? &self->config->network : NULL;
  gboolean is_small = self->n_nodes <= QUO_NETWORK_MESH_MAX;

  /* What is cut changes with time, what is joined does not. */
  if (is_small)
    {
      if (frame->view->is_still_only)
        return;
      quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
    }
  if (network != NULL && network->neighbour_start != NULL &&
      self->config->n_nodes == self->n_nodes)
    draw_sparse_links (frame, network->neighbour_start, network->neighbours);
  else if (is_small)
    for (guint i = 0; i < self->n_nodes; i++)
      for (guint j = i + 1; j < self->n_nodes; j++)
        draw_link (frame, i, j);
}

/* The widest gap that a straight line can go through with @group on one side and
 * everybody else on the other: the line's direction and place. */
static double
find_gap (QuoNetworkFrame *frame,
          guint            group,
          double          *ret_angle,
          double          *ret_place)
{
  guint n = frame->self->n_nodes;
  double widest = 0;

  for (guint s = 0; s < SIDES; s++)
    {
      double angle = 2 * G_PI * s / SIDES, c = cos (angle), d = sin (angle);
      double inside = -G_MAXDOUBLE, outside = G_MAXDOUBLE;
      for (guint i = 0; i < n; i++)
        {
          double x, y;
          quo_network_node_at (frame, i, &x, &y);
          double at = x * c + y * d;
          if (quo_replay_group (frame->replay, i) == group)
            inside = MAX (inside, at);
          else
            outside = MIN (outside, at);
        }
      /* Among equals the first: the picture must not jump. */
      if (outside - inside > widest + 1e-6)
        {
          widest = outside - inside;
          *ret_angle = angle;
          *ret_place = (inside + outside) / 2;
        }
    }
  return widest;
}

static QuoTime
cut_since (QuoNetworkFrame *frame)
{
  QuoIndex *index = frame->self->index;
  guint n, n_all;
  const guint32 *links = quo_index_marks (index, QUO_EVENT_LINKS, &n_all);
  QuoTime since = frame->time;

  n = quo_index_marks_until (index, QUO_EVENT_LINKS, frame->time);
  for (guint i = n; i > 0; i--)
    {
      QuoEvent event;
      quo_trace_read (frame->self->trace, links[i - 1], &event);
      if (event.what == QUO_LINKS_HEAL)
        break;
      if (event.what == QUO_LINKS_PARTITION || event.what == QUO_LINKS_CUT)
        since = event.time;
      if (event.what == QUO_LINKS_PARTITION)
        break;
    }
  return since;
}

/* A curve through the gap, a little bent so that nobody takes it for a link. */
static void
draw_divide (QuoNetworkFrame *frame,
             double           angle,
             double           place,
             double           width,
             const char      *text)
{
  double c = cos (angle), d = sin (angle);
  double low = G_MAXDOUBLE, high = -G_MAXDOUBLE, bend = MIN (width * 0.16, 22);

  for (guint i = 0; i < frame->self->n_nodes; i++)
    {
      double x, y;
      quo_network_node_at (frame, i, &x, &y);
      low = MIN (low, -x * d + y * c);
      high = MAX (high, -x * d + y * c);
    }
  low -= frame->radius + 18;
  high += frame->radius + 18;
  double along[4] = { low, low + (high - low) / 3, high - (high - low) / 3, high };
  double aside[4] = { -bend, bend * 1.6, bend * 0.2, -bend * 1.2 };
  QuoPoint points[4];
  for (guint i = 0; i < 4; i++)
    {
      double at = place + aside[i];
      points[i].x = (float) CLAMP (at * c - along[i] * d, 6, frame->view->width - 6);
      points[i].y = (float) CLAMP (at * d + along[i] * c, 6, frame->view->height - 6);
    }
  quo_scene_add_curve (frame->scene,
                       QUO_PEN (.style = QUO_STYLE_BAD, .dash = QUO_DASH_DOTTED,
                                .width = 2.4f, .title = text),
                       points);
  /* Its label at the end that is farther right. */
  QuoPoint end = points[3].x >= points[0].x ? points[3] : points[0];
  QuoNodeLabel label = { .text = text, .style = QUO_STYLE_BAD, .font = QUO_FONT_SMALL };
  double wide = ceil (quo_metrics_get_width (frame->self->metrics, label.font, 0, text)) + 2;
  double right = MIN (end.x + wide * 0.1, frame->view->width - 6);
  QuoLabelSpot spots[] = {
    { (float) (right - wide), end.y - 22 },
    { (float) (right - wide), end.y + 8 },
    { (float) (right - wide - 30), end.y - 22 },
    { (float) (right - wide - 30), end.y + 8 },
    { points[0].x, points[0].y - 22 },
    { points[0].x, points[0].y + 8 },
  };
  quo_network_label_fixed (frame, &label, spots, G_N_ELEMENTS (spots));
}

/**
 * quo_network_draw_cuts:
 *
 * Draws the line of a partition between its groups, when one line can part them, and
 * says since when it is so.
 */
void
quo_network_draw_cuts (QuoNetworkFrame *frame)
{
  guint n = frame->self->n_nodes, n_groups = 0;
  char time[QUO_AXIS_TEXT];
  gboolean is_drawn = FALSE;

  if (n > 400)
    return;
  quo_axis_format (cut_since (frame), 10 * QUO_MILLISECOND, time);
  g_autofree char *text = g_strdup_printf (_("cut since %s"), time);
  for (guint i = 0; i < n; i++)
    n_groups = MAX (n_groups, quo_replay_group (frame->replay, i) + 1);
  /* Of two groups one line does; each further group needs its own. */
  for (guint group = 0; n_groups > 1 && group < MIN (n_groups, 6); group++)
    {
      double angle = 0, place = 0;
      if (n_groups == 2 && group == 1)
        break;
      double width = find_gap (frame, group, &angle, &place);
      if (width < 2 * frame->radius + 10)
        continue;
      draw_divide (frame, angle, place, width, text);
      is_drawn = TRUE;
    }
  if (is_drawn || frame->view->width < 200)
    return;
  QuoNodeLabel label = { .text = text, .style = QUO_STYLE_BAD, .font = QUO_FONT_SMALL };
  QuoLabelSpot spot = { 12, (float) frame->view->height - 48 };
  quo_network_label_fixed (frame, &label, &spot, 1);
}

/* From edge to edge, on its own side of the link. */
static gboolean
find_way (QuoNetworkFrame *frame,
          guint            from,
          guint            to,
          double           points[4])
{
  double x1, y1, x2, y2;

  if (from == to || !quo_network_at (frame, from, &x1, &y1) ||
      !quo_network_at (frame, to, &x2, &y2))
    return FALSE;
  double dx = x2 - x1, dy = y2 - y1, length = hypot (dx, dy);
  double node = frame->radius + (frame->radius >= QUO_NETWORK_NAME_RADIUS ? 11 : 1);
  double start = from < frame->self->n_nodes ? node : 22;
  double end = to < frame->self->n_nodes ? node : 22;
  if (length < 1)
    return FALSE;
  if (start + end > length * 0.9)
    start = end = length * 0.3;
  dx /= length;
  dy /= length;
  double lane = frame->radius >= QUO_NETWORK_NAME_RADIUS ? LANE : 0;
  points[0] = x1 + dx * start - dy * lane;
  points[1] = y1 + dy * start + dx * lane;
  points[2] = x2 - dx * end - dy * lane;
  points[3] = y2 - dy * end + dx * lane;
  return TRUE;
}

static QuoTime
arrival_time (QuoNetworkFrame *frame,
              guint32          send)
{
  QuoTrace *trace = frame->self->trace;
  guint32 peer = quo_trace_peer (trace, send);

  if (peer != QUO_NO_EVENT)
    return quo_trace_time (trace, peer);
  QuoSim *sim = quo_run_sim (frame->self->run);
  QuoTime planned = sim != NULL ? quo_sim_arrival (sim, send) : QUO_TIME_NEVER;
  if (planned > QUO_TIME_MAX)
    planned = quo_trace_time (trace, send)
              + quo_index_typical_flight (frame->self->index) * 2;
  return planned;
}

/* How far on its way the message is, 0 to 1. */
static double
progress (QuoNetworkFrame *frame,
          const QuoEvent  *send)
{
  QuoTrace *trace = frame->self->trace;
  QuoTime end = arrival_time (frame, send->index);
  double share = 1;

  if (send->peer != QUO_NO_EVENT && quo_trace_kind (trace, send->peer) == QUO_EVENT_LOSE)
    {
      QuoEvent loss;
      quo_trace_read (trace, send->peer, &loss);
      share = quo_palette_loss_share (loss.what, loss.time - send->time,
                                      quo_index_typical_flight (frame->self->index));
    }
  if (end <= send->time)
    return share;
  return share * CLAMP ((double) (frame->time - send->time) / (double) (end - send->time),
                        0, 1);
}

static void
describe_message (QuoNetworkFrame *frame,
                  const QuoEvent  *send,
                  GString         *out)
{
  char from[32], to[32];

  quo_describe_message (frame->self->trace, send, out);
  g_string_append_printf (out, ", %s → %s",
                          quo_trace_label (frame->self->trace, send->node, from),
                          quo_trace_label (frame->self->trace, send->to, to));
}

static void
draw_message (QuoNetworkFrame *frame,
              guint32          index,
              const char      *text)
{
  QuoNetworkView *self = frame->self;
  QuoEvent send;
  double way[4];

  quo_trace_read (self->trace, index, &send);
  if (!find_way (frame, send.node, send.to, way))
    return;
  double at = progress (frame, &send);
  double x = way[0] + (way[2] - way[0]) * at, y = way[1] + (way[3] - way[1]) * at;
  if (x < -20 || y < -20 || x > frame->view->width + 20 || y > frame->view->height + 20)
    return;
  const QuoMessageSpec *spec = quo_declaration_message (frame->palette->declaration,
                                                        send.what);
  guint64 id = quo_thing_id (QUO_THING_EVENT, index);
  double size = frame->radius >= QUO_NETWORK_FULL_RADIUS + 4 ? 20 :
                frame->radius >= QUO_NETWORK_NAME_RADIUS ? 13 : 7;
  double turns = atan2 (way[3] - way[1], way[2] - way[0]) / (2 * G_PI);
  g_autoptr(GString) title = g_string_new (NULL);
  describe_message (frame, &send, title);
  QuoPen *pen = &(QuoPen) {
    .style = spec->is_reply ? QUO_STYLE_MESSAGE_REPLY : QUO_STYLE_MESSAGE,
    .tint = quo_palette_message_tint (frame->palette, &send),
    .paint = spec->is_reply ? QUO_PAINT_SOFT : QUO_PAINT_FILL,
    .dash = QUO_DASH_SOLID, .id = id, .title = title->str
  };
  quo_scene_add_mark (frame->scene, pen, QUO_MARK_TAG, x, y, size, turns);
  if (frame->view->selected == id || frame->view->hovered == id)
    {
      quo_scene_set_layer (frame->scene, QUO_LAYER_OVERLAY);
      quo_scene_add_ellipse (frame->scene,
                             QUO_PEN (.style = QUO_STYLE_SELECTION, .id = id,
                                      .paint = QUO_PAINT_STROKE), x, y, size, size);
      quo_scene_set_layer (frame->scene, QUO_LAYER_MOVING);
    }
  QuoBox box = { (float) (x - size / 2), (float) (y - size / 2), (float) size,
                 (float) size };
  quo_labeler_block (self->labeler, &box);
  if (text == NULL)
    return;
  QuoNodeLabel label = { .text = text, .style = QUO_STYLE_TEXT, .font = QUO_FONT_SMALL,
                         .id = id };
  quo_network_label_around (frame, 50, &label, x, y, size / 2 + 4);
}

/* The message's label, but once for what a step sends to many. */
static const char *
message_text (QuoNetworkFrame *frame,
              guint            nth,
              GString         *text,
              GString         *before)
{
  GArray *sends = frame->self->sends;
  guint32 index = g_array_index (sends, guint32, nth);
  QuoEvent send;

  quo_trace_read (frame->self->trace, index, &send);
  g_string_truncate (text, 0);
  quo_describe_message (frame->self->trace, &send, text);
  for (guint i = 0; i < nth; i++)
    {
      guint32 other = g_array_index (sends, guint32, i);
      if (quo_trace_cause (frame->self->trace, other) != send.cause)
        continue;
      QuoEvent sibling;
      quo_trace_read (frame->self->trace, other, &sibling);
      g_string_truncate (before, 0);
      quo_describe_message (frame->self->trace, &sibling, before);
      if (strcmp (before->str, text->str) == 0)
        return NULL;
    }
  return text->str;
}

static void
draw_loss (QuoNetworkFrame *frame,
           guint32          index,
           QuoTime          shown,
           gboolean         has_label)
{
  QuoEvent loss, send;
  double way[4];

  quo_trace_read (frame->self->trace, index, &loss);
  if (loss.cause == QUO_NO_EVENT)
    return;
  quo_trace_read (frame->self->trace, loss.cause, &send);
  if (!find_way (frame, send.node, send.to, way))
    return;
  double share = quo_palette_loss_share (loss.what, loss.time - send.time,
                                         quo_index_typical_flight (frame->self->index));
  double x = way[0] + (way[2] - way[0]) * share, y = way[1] + (way[3] - way[1]) * share;
  double left = 1 - (double) (frame->time - loss.time) / (double) shown;
  g_autoptr(GString) title = g_string_new (NULL);
  describe_message (frame, &send, title);
  g_string_append_printf (title, ", %s", quo_describe_loss (loss.what));
  guint64 id = quo_thing_id (QUO_THING_EVENT, send.index);
  double size = frame->radius >= QUO_NETWORK_FULL_RADIUS ? 12 : 7;
  quo_scene_add_mark (frame->scene,
                      QUO_PEN (.style = QUO_STYLE_MESSAGE_LOST, .width = 2, .id = id,
                               .opacity = (float) CLAMP (0.25 + left, 0.25, 1),
                               .title = title->str),
                      QUO_MARK_CROSS, x, y, size, 0);
  if (!has_label || frame->radius < QUO_NETWORK_FULL_RADIUS ||
      frame->self->labels->len > LABELS_MAX)
    return;
  const QuoMessageSpec *spec = quo_declaration_message (frame->palette->declaration,
                                                        send.what);
  g_autofree char *text = g_strdup_printf ("%s, %s", spec->id,
                                           quo_describe_loss (loss.what));
  QuoNodeLabel label = { .text = text, .style = QUO_STYLE_MESSAGE_LOST,
                         .font = QUO_FONT_SMALL, .id = id };
  quo_network_label_around (frame, 40, &label, x, y, 9);
}

/* A cross stays a little where a message was lost. */
static void
draw_losses (QuoNetworkFrame *frame)
{
  QuoTrace *trace = frame->self->trace;
  QuoTime shown = 2 * quo_index_typical_flight (frame->self->index);
  guint32 now = quo_trace_find (trace, frame->time);
  guint32 first = now > TRACE_BACK ? now - TRACE_BACK : 0;
  guint32 step = QUO_NO_EVENT;

  for (guint32 i = now; i > first; i--)
    {
      if (frame->time - quo_trace_time (trace, i - 1) >= shown)
        break;
      if (quo_trace_kind (trace, i - 1) != QUO_EVENT_LOSE)
        continue;
      /* What one step sent to many and all lost is named once. */
      guint32 send = quo_trace_cause (trace, i - 1);
      guint32 its_step = send != QUO_NO_EVENT ? quo_trace_cause (trace, send)
                                              : QUO_NO_EVENT;
      draw_loss (frame, i - 1, shown, its_step == QUO_NO_EVENT || its_step != step);
      step = its_step;
    }
}

/**
 * quo_network_draw_messages:
 *
 * Draws the messages under way where they are, hollow when they are replies, and
 * those just lost where they were lost.
 */
void
quo_network_draw_messages (QuoNetworkFrame *frame)
{
  GArray *sends = frame->self->sends;
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) before = g_string_new (NULL);

  quo_replay_in_flight (frame->replay, sends);
  draw_losses (frame);
  guint step = (sends->len + MESSAGES_MAX - 1) / MESSAGES_MAX;
  gboolean has_labels = frame->radius >= QUO_NETWORK_FULL_RADIUS &&
                        sends->len <= LABELS_MAX;
  for (guint i = 0; i < sends->len; i += MAX (step, 1))
    draw_message (frame, g_array_index (sends, guint32, i),
                  has_labels ? message_text (frame, i, text, before) : NULL);
}

/**
 * quo_network_light_link:
 *
 * Lights the link between two nodes.
 */
void
quo_network_light_link (QuoNetworkFrame *frame,
                        guint            from,
                        guint            to,
                        QuoStyle         style)
{
  double way[4];

  if (from >= frame->self->n_nodes || to >= frame->self->n_nodes ||
      !find_way (frame, from, to, way))
    return;
  quo_scene_add_line (frame->scene,
                      QUO_PEN (.style = style, .width = 3, .opacity = 0.7f,
                               .id = link_id (from, to)),
                      way[0], way[1], way[2], way[3]);
}

/**
 * quo_network_light_event:
 *
 * Lights the whole way of a message, wherever it is now; of any other event the node
 * at which it happened.
 */
void
quo_network_light_event (QuoNetworkFrame *frame,
                         guint32          index,
                         QuoStyle         style)
{
  guint64 id = quo_thing_id (QUO_THING_EVENT, index);
  QuoEvent event;
  double x, y, way[4];

  if (index >= quo_trace_length (frame->self->trace))
    return;
  quo_trace_read (frame->self->trace, index, &event);
  if (event.kind == QUO_EVENT_SEND)
    {
      if (find_way (frame, event.node, event.to, way))
        quo_scene_add_line (frame->scene,
                            QUO_PEN (.style = style, .head = QUO_HEAD_OPEN,
                                     .opacity = 0.7f, .id = id),
                            way[0], way[1], way[2], way[3]);
      return;
    }
  if (event.node == G_MAXUINT || !quo_network_at (frame, event.node, &x, &y))
    return;
  double radius = frame->radius + 9;
  quo_scene_add_ellipse (frame->scene,
                         QUO_PEN (.style = style, .paint = QUO_PAINT_STROKE,
                                  .dash = QUO_DASH_DASHED, .id = id),
                         x, y, radius, radius);
}
