/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/scrubber.h"

#include "diagram/diagram.h"
#include "widget/clock-text.h"
#include "widget/tone.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Rows from top to bottom, px. */
#define MARGIN      9.0 /* the knob's radius, so that it is whole at the ends */
#define BARS_TOP    4.0
#define BARS_BOTTOM 34.0
#define TRACK_Y     36.0
#define MARKS_TOP   44.0
#define MARK_SIZE   9.0
#define LABELS_TOP  56.0
#define TICKS_TOP   73.0
#define HEIGHT      90
#define KNOB_RADIUS 8.0
#define BAR_WIDTH   3.0
#define BAR_STEP    5.0
#define LABEL_GAP   8.0
#define LABEL_WIDTH 120
#define SNAP        6.0 /* px within which a press takes a mark's time */
/* What is searched for marks; a longer run shows those of its start. */
#define SCAN_EVENTS 300000
#define MARKS_MAX   400

typedef struct
{
  QuoTime time;
  QuoTone tone;
  int rank; /* labels of a lower one are placed first */
  char *label;
  PangoLayout *layout;
  double label_x;
  double label_width; /* 0: there was no room */
} Mark;

struct _QuoScrubber
{
  GtkWidget parent_instance;

  QuoDocument *document;
  QuoThemeKind theme;
  GArray *marks;         /* of Mark, by time */
  GskRenderNode *ground; /* all but the time shown; NULL: to be drawn anew */
  gboolean are_placed;
};

G_DEFINE_FINAL_TYPE (QuoScrubber, quo_scrubber, GTK_TYPE_WIDGET)

static void
mark_clear (gpointer data)
{
  Mark *mark = data;

  g_free (mark->label);
  g_clear_object (&mark->layout);
}

static QuoTime
get_end (QuoScrubber *self)
{
  QuoTime end = self->document != NULL ? quo_document_end (self->document) : 0;

  return MAX (end, 1);
}

static double
get_span (QuoScrubber *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 1);
}

/**
 * quo_scrubber_x_at:
 * @time: ns
 *
 * Returns: where a time stands, px
 */
double
quo_scrubber_x_at (QuoScrubber *self, QuoTime time)
{
  g_return_val_if_fail (QUO_IS_SCRUBBER (self), 0);

  double part = (double) time / (double) get_end (self);

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    part = 1 - part;
  return MARGIN + part * get_span (self);
}

/**
 * quo_scrubber_time_at:
 * @x: px
 *
 * Returns: the time that stands there, within the run
 */
QuoTime
quo_scrubber_time_at (QuoScrubber *self, double x)
{
  g_return_val_if_fail (QUO_IS_SCRUBBER (self), 0);

  double part = CLAMP ((x - MARGIN) / get_span (self), 0, 1);

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    part = 1 - part;
  return (QuoTime) (part * (double) get_end (self));
}

static void
redraw (QuoScrubber *self)
{
  g_clear_pointer (&self->ground, gsk_render_node_unref);
  self->are_placed = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const Mark *first = a;
  const Mark *second = b;

  if (first->time != second->time)
    return first->time < second->time ? -1 : 1;
  return first->rank - second->rank;
}

static void
add_mark (QuoScrubber *self,
          QuoTime time,
          QuoTone tone,
          int rank,
          const char *label)
{
  Mark mark = { time, tone, rank, g_strdup (label), NULL, 0, 0 };

  g_array_append_val (self->marks, mark);
}

/* An action in a word or two: there is little room under the line. */
static char *
short_text (QuoScenario *scenario, guint nth)
{
  static const char *const subjects[] = { "key", "node", "option" };
  const char *what = quo_scenario_action_id (scenario, nth);
  g_autoptr (JsonObject) action = quo_scenario_action_json (scenario, nth);
  g_autofree char *name = g_strdelimit (g_strdup (what), "-", ' ');
  JsonNode *subject = NULL;

  for (guint i = 0; action != NULL && i < G_N_ELEMENTS (subjects); i++)
    if (subject == NULL && json_object_has_member (action, subjects[i]))
      subject = json_object_get_member (action, subjects[i]);
  if (subject == NULL || json_node_get_value_type (subject) != G_TYPE_STRING)
    return g_steal_pointer (&name);
  if (g_str_equal (what, "write") && json_object_has_member (action, "value"))
    {
      g_autofree char *value
        = json_to_string (json_object_get_member (action, "value"), FALSE);

      return g_strdup_printf ("%s = %s", json_node_get_string (subject),
                              g_strstrip (g_strdelimit (value, "\"", ' ')));
    }
  return g_strdup_printf ("%s %s", name, json_node_get_string (subject));
}

static void
collect_actions (QuoScrubber *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_actions = MIN (quo_scenario_n_actions (scenario), MARKS_MAX);

  for (guint i = 0; i < n_actions; i++)
    {
      g_autofree char *text = short_text (scenario, i);
      QuoTone tone = quo_tone_of_action (quo_scenario_action_id (scenario, i));

      /* Durable fields before the start are no moment of the run. */
      if (g_strcmp0 (quo_scenario_action_id (scenario, i), "initial") == 0)
        continue;
      add_mark (self, quo_scenario_action_time (scenario, i), tone, 1, text);
    }
}

static void
collect_violations (QuoScrubber *self)
{
  QuoRun *run = quo_document_run (self->document);
  QuoTrace *trace = quo_run_trace (run);
  const QuoDeclaration *declaration = quo_trace_declaration (trace);
  QuoSim *sim = quo_run_sim (run);
  guint n_violations
    = sim != NULL ? MIN (quo_sim_n_violations (sim), MARKS_MAX) : 0;

  for (guint i = 0; i < n_violations; i++)
    {
      const QuoViolation *violation = quo_sim_violation (sim, i);

      if (violation->event < quo_trace_length (trace))
        add_mark (self, quo_trace_time (trace, violation->event), QUO_TONE_BAD,
                  0, declaration->invariants[violation->invariant].id);
    }
}

static void
collect_notes (QuoScrubber *self)
{
  QuoTrace *trace = quo_run_trace (quo_document_run (self->document));
  const QuoDeclaration *declaration = quo_trace_declaration (trace);
  guint32 n_events = MIN (quo_trace_length (trace), SCAN_EVENTS);

  for (guint32 i = 0; i < n_events && self->marks->len < MARKS_MAX; i++)
    {
      QuoEvent event = { 0 };

      if (quo_trace_kind (trace, i) != QUO_EVENT_NOTE
          || !quo_trace_is_notable (trace, i))
        continue;
      quo_trace_read (trace, i, &event);
      add_mark (self, event.time, declaration->notes[event.what].tone, 2,
                declaration->notes[event.what].id);
    }
}

static void
collect (QuoScrubber *self)
{
  g_array_set_size (self->marks, 0);
  if (self->document != NULL && quo_document_scenario (self->document) != NULL)
    {
      collect_actions (self);
      if (quo_document_run (self->document) != NULL)
        {
          collect_violations (self);
          collect_notes (self);
        }
    }
  g_array_sort (self->marks, compare_marks);
  redraw (self);
}

static void
tell (QuoScrubber *self)
{
  g_autofree char *text
    = quo_time_format_short (quo_document_time (self->document), 4);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  (double) get_end (self) / 1e9,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  (double) quo_document_time (self->document)
                                    / 1e9,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static void
on_time (QuoScrubber *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  tell (self);
}

static gboolean
is_room (QuoScrubber *self, double x, double width)
{
  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *other = &g_array_index (self->marks, Mark, i);

      if (other->label_width > 0
          && x < other->label_x + other->label_width + LABEL_GAP
          && other->label_x < x + width + LABEL_GAP)
        return FALSE;
    }
  return TRUE;
}

static void
place_label (QuoScrubber *self, Mark *mark)
{
  static const double shifts[] = { 0, 12, -12, 24, -24 };
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  int text_width = 0;

  if (mark->layout == NULL)
    {
      mark->layout
        = gtk_widget_create_pango_layout (GTK_WIDGET (self), mark->label);
      pango_layout_get_pixel_size (mark->layout, &text_width, NULL);
      /* A width would move a short text to its end in a layout from right to
       * left. */
      if (text_width > LABEL_WIDTH)
        pango_layout_set_width (mark->layout, LABEL_WIDTH * PANGO_SCALE);
      pango_layout_set_ellipsize (mark->layout, PANGO_ELLIPSIZE_END);
    }
  pango_layout_get_pixel_size (mark->layout, &text_width, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (shifts) && mark->label_width <= 0; i++)
    {
      double x = quo_scrubber_x_at (self, mark->time) - text_width / 2.0;

      x = CLAMP (x + shifts[i], 0, MAX (width - text_width, 0));
      if (!is_room (self, x, text_width))
        continue;
      mark->label_x = x;
      mark->label_width = text_width;
    }
}

/* Labels go where they fit: those that say most first, none over another. */
static void
place_labels (QuoScrubber *self)
{
  if (self->are_placed)
    return;
  self->are_placed = TRUE;
  for (guint i = 0; i < self->marks->len; i++)
    g_array_index (self->marks, Mark, i).label_width = 0;
  for (int rank = 0; rank <= 2; rank++)
    for (guint i = 0; i < self->marks->len; i++)
      if (g_array_index (self->marks, Mark, i).rank == rank)
        place_label (self, &g_array_index (self->marks, Mark, i));
}

static void
draw_bars (QuoScrubber *self, GtkSnapshot *snapshot)
{
  QuoRun *run
    = self->document != NULL ? quo_document_run (self->document) : NULL;
  guint n_bars = get_span (self) / BAR_STEP;
  g_autofree guint32 *counts = g_new0 (guint32, n_bars + 1);
  guint32 before = 0, most = 1;
  GdkRGBA color = quo_theme_rgba (self->theme, QUO_STYLE_TEXT_MUTED, 0);

  if (run == NULL)
    return;

  color.alpha *= 0.45;
  for (guint i = 0; i < n_bars; i++)
    {
      QuoTime end = (QuoTime) ((double) get_end (self) * (i + 1) / n_bars);
      guint32 n_events = quo_trace_find (quo_run_trace (run), end);

      counts[i] = n_events - MIN (before, n_events);
      before = n_events;
      most = MAX (most, counts[i]);
    }
  for (guint i = 0; i < n_bars; i++)
    {
      /* By the root, so that one burst does not flatten all the rest. */
      double height
        = sqrt ((double) counts[i] / most) * (BARS_BOTTOM - BARS_TOP);
      double x = quo_scrubber_x_at (self, (QuoTime) ((double) get_end (self)
                                                     * (i + 0.5) / n_bars));

      if (counts[i] == 0)
        continue;
      height = MAX (round (height), 1);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (round (x - BAR_WIDTH / 2),
                                                      BARS_BOTTOM - height,
                                                      BAR_WIDTH, height));
    }
}

static void
draw_marks (QuoScrubber *self, GtkSnapshot *snapshot, int width)
{
  cairo_t *cr
    = gtk_snapshot_append_cairo (snapshot,
                                 &GRAPHENE_RECT_INIT (0, MARKS_TOP, width,
                                                      MARK_SIZE + 2));

  /* From the last to the first of a moment, so that the worst lies on top. */
  for (guint i = self->marks->len; i > 0; i--)
    {
      const Mark *mark = &g_array_index (self->marks, Mark, i - 1);
      GdkRGBA color
        = quo_theme_rgba (self->theme, quo_tone_style (mark->tone), 0);
      double x = quo_scrubber_x_at (self, mark->time);
      double size = mark->rank == 2 ? MARK_SIZE * 0.6 : MARK_SIZE;

      gdk_cairo_set_source_rgba (cr, &color);
      cairo_move_to (cr, x, MARKS_TOP);
      cairo_line_to (cr, x + size / 2, MARKS_TOP + size * 0.9);
      cairo_line_to (cr, x - size / 2, MARKS_TOP + size * 0.9);
      cairo_close_path (cr);
      cairo_fill (cr);
    }
  cairo_destroy (cr);

  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *mark = &g_array_index (self->marks, Mark, i);
      GdkRGBA color
        = quo_theme_rgba (self->theme, quo_tone_style (mark->tone), 0);

      if (mark->label_width <= 0)
        continue;
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot,
                              &GRAPHENE_POINT_INIT (mark->label_x, LABELS_TOP));
      gtk_snapshot_append_layout (snapshot, mark->layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

/* The largest of 1, 2 or 5 times a power of ten that gives enough ticks. */
static QuoTime
tick_step (QuoTime end, double n_ticks)
{
  double wanted = (double) end / MAX (n_ticks, 1);
  double power = 1;

  while (power * 10 <= wanted)
    power *= 10;
  for (guint i = 0; i < 3; i++)
    {
      static const double steps[] = { 1, 2, 5 };

      if (power * steps[i] >= wanted)
        return (QuoTime) (power * steps[i]);
    }
  return (QuoTime) (power * 10);
}

static void
draw_ticks (QuoScrubber *self, GtkSnapshot *snapshot, int width)
{
  QuoTime end = get_end (self);
  QuoTime step = MAX (tick_step (end, width / 130.0), 1);
  GdkRGBA color = quo_theme_rgba (self->theme, QUO_STYLE_TEXT_MUTED, 0);

  if (self->document == NULL || quo_document_end (self->document) <= 0)
    return;
  for (QuoTime time = 0; time <= end; time += step)
    {
      g_autofree char *text = quo_clock_text_tick (time, end, step);
      g_autoptr (PangoLayout) layout
        = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
      int text_width = 0;
      double x = quo_scrubber_x_at (self, time);

      pango_layout_get_pixel_size (layout, &text_width, NULL);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (round (x), TRACK_Y + 3, 1,
                                                      3));
      x = CLAMP (x - text_width / 2.0, 0, MAX (width - text_width, 0));
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, TICKS_TOP));
      gtk_snapshot_append_layout (snapshot, layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
draw_ground (QuoScrubber *self, int width)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GdkRGBA color = quo_theme_rgba (self->theme, QUO_STYLE_TEXT_MUTED, 0);

  place_labels (self);
  draw_bars (self, snapshot);
  color.alpha *= 0.6;
  gtk_snapshot_append_color (snapshot, &color,
                             &GRAPHENE_RECT_INIT (MARGIN, TRACK_Y,
                                                  get_span (self), 2));
  draw_marks (self, snapshot, width);
  draw_ticks (self, snapshot, width);
  self->ground = gtk_snapshot_free_to_node (snapshot);
}

static void
append_disc (GtkSnapshot *snapshot,
             double x,
             double y,
             double radius,
             const GdkRGBA *color)
{
  GskRoundedRect disc;

  gsk_rounded_rect_init_from_rect (&disc,
                                   &GRAPHENE_RECT_INIT (x - radius, y - radius,
                                                        2 * radius, 2 * radius),
                                   radius);
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, color, &disc.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
quo_scrubber_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuoScrubber *self = QUO_SCRUBBER (widget);
  int width = gtk_widget_get_width (widget);
  GdkRGBA accent = quo_theme_rgba (self->theme, QUO_STYLE_TIME_LINE, 0);
  QuoColor ground
    = quo_theme_get_rule (quo_theme_get (self->theme), QUO_STYLE_PANEL)->wash;
  GdkRGBA inside = { ground.red, ground.green, ground.blue, 1 };

  if (self->ground == NULL)
    draw_ground (self, width);
  if (self->ground != NULL)
    gtk_snapshot_append_node (snapshot, self->ground);
  if (self->document == NULL)
    return;

  double start = quo_scrubber_x_at (self, 0);
  double x = quo_scrubber_x_at (self, quo_document_time (self->document));

  gtk_snapshot_append_color (snapshot, &accent,
                             &GRAPHENE_RECT_INIT (MIN (start, x), TRACK_Y - 0.5,
                                                  fabs (x - start), 3));
  append_disc (snapshot, x, TRACK_Y + 1, KNOB_RADIUS, &accent);
  append_disc (snapshot, x, TRACK_Y + 1,
               gtk_widget_has_visible_focus (widget) ? KNOB_RADIUS - 5
                                                     : KNOB_RADIUS - 3,
               &inside);
}

static void
quo_scrubber_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : HEIGHT;
}

static void
quo_scrubber_size_allocate (GtkWidget *widget,
                            int width,
                            int height,
                            int baseline)
{
  redraw (QUO_SCRUBBER (widget));
}

static void
quo_scrubber_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  QuoScrubber *self = QUO_SCRUBBER (widget);

  GTK_WIDGET_CLASS (quo_scrubber_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < self->marks->len; i++)
    g_clear_object (&g_array_index (self->marks, Mark, i).layout);
  redraw (self);
}

static const Mark *
mark_at (QuoScrubber *self, double x, double y)
{
  const Mark *best = NULL;
  double nearest = SNAP;

  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *mark = &g_array_index (self->marks, Mark, i);
      double distance = fabs (quo_scrubber_x_at (self, mark->time) - x);

      if (y >= LABELS_TOP && mark->label_width > 0 && x >= mark->label_x
          && x <= mark->label_x + mark->label_width)
        return mark;
      if (distance < nearest)
        {
          nearest = distance;
          best = mark;
        }
    }
  return best;
}

static gboolean
quo_scrubber_query_tooltip (GtkWidget *widget,
                            int x,
                            int y,
                            gboolean is_keyboard,
                            GtkTooltip *tooltip)
{
  QuoScrubber *self = QUO_SCRUBBER (widget);
  const Mark *mark = y >= TRACK_Y + 4 ? mark_at (self, x, y) : NULL;
  g_autofree char *time
    = quo_clock_text_fixed (mark != NULL ? mark->time
                                         : quo_scrubber_time_at (self, x),
                            get_end (self), FALSE);
  g_autofree char *text = NULL;

  if (is_keyboard)
    return FALSE;
  text = mark != NULL ? g_strdup_printf ("%s · %s", time, mark->label)
                      : g_strdup (time);
  gtk_tooltip_set_text (tooltip, text);
  gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle){ x - 2, 0, 4, HEIGHT });
  return TRUE;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, QuoScrubber *self)
{
  const Mark *mark = y >= TRACK_Y + 8 ? mark_at (self, x, y) : NULL;

  if (self->document == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  quo_document_set_time (self->document, mark != NULL
                                           ? mark->time
                                           : quo_scrubber_time_at (self, x));
}

static void
on_drag_update (GtkGestureDrag *gesture,
                double dx,
                double dy,
                QuoScrubber *self)
{
  double x = 0, y = 0;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->document != NULL && fabs (dx) >= 1)
    quo_document_set_time (self->document, quo_scrubber_time_at (self, x + dx));
}

static gboolean
on_scroll (GtkEventControllerScroll *controller,
           double dx,
           double dy,
           QuoScrubber *self)
{
  if (self->document == NULL)
    return GDK_EVENT_PROPAGATE;
  quo_document_set_time (self->document,
                         quo_document_time (self->document)
                           + (QuoTime) ((dx + dy) * (double) get_end (self)
                                        / 200));
  return GDK_EVENT_STOP;
}

static void
quo_scrubber_dispose (GObject *object)
{
  QuoScrubber *self = QUO_SCRUBBER (object);

  quo_scrubber_set_document (self, NULL);
  g_clear_pointer (&self->ground, gsk_render_node_unref);
  g_array_set_size (self->marks, 0);
  G_OBJECT_CLASS (quo_scrubber_parent_class)->dispose (object);
}

static void
quo_scrubber_finalize (GObject *object)
{
  g_array_unref (QUO_SCRUBBER (object)->marks);
  G_OBJECT_CLASS (quo_scrubber_parent_class)->finalize (object);
}

static void
quo_scrubber_class_init (QuoScrubberClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_scrubber_dispose;
  G_OBJECT_CLASS (klass)->finalize = quo_scrubber_finalize;
  widget_class->snapshot = quo_scrubber_snapshot;
  widget_class->measure = quo_scrubber_measure;
  widget_class->size_allocate = quo_scrubber_size_allocate;
  widget_class->css_changed = quo_scrubber_css_changed;
  widget_class->query_tooltip = quo_scrubber_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "scrubber");
  gtk_widget_class_set_accessible_role (widget_class,
                                        GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
quo_scrubber_init (QuoScrubber *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *scroll
    = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

  self->marks = g_array_new (FALSE, TRUE, sizeof (Mark));
  g_array_set_clear_func (self->marks, mark_clear);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Time shown"), -1);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

/**
 * quo_scrubber_new:
 *
 * Returns: (transfer floating): a time line of no document
 */
GtkWidget *
quo_scrubber_new (void)
{
  return g_object_new (QUO_TYPE_SCRUBBER, NULL);
}

/**
 * quo_scrubber_set_document:
 * @document: (nullable): whose time is shown and moved
 */
void
quo_scrubber_set_document (QuoScrubber *self, QuoDocument *document)
{
  g_return_if_fail (QUO_IS_SCRUBBER (self));

  if (self->document == document)
    return;
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  if (document == NULL)
    return;

  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (collect),
                            self);
  g_signal_connect_swapped (document, "notify::scenario", G_CALLBACK (collect),
                            self);
  g_signal_connect_swapped (document, "run-extended", G_CALLBACK (redraw),
                            self);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_time),
                            self);
  collect (self);
  tell (self);
}

/**
 * quo_scrubber_set_theme:
 * @theme: what to paint with
 */
void
quo_scrubber_set_theme (QuoScrubber *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_SCRUBBER (self));

  self->theme = theme;
  redraw (self);
}
