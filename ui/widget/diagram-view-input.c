/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/diagram-view-private.h"
#include "widget/thing-menu.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* How far beside a thing a pointer may be, px. */
#define TOLERANCE  6.0
#define WHEEL_ZOOM 1.12
/* A button that moved less far is a click, px. */
#define CLICK_SLACK 4.0

guint64
quo_diagram_view_hit (QuoDiagramView *self, double x, double y)
{
  guint64 thing = 0;

  quo_diagram_view_ensure_scene (self);
  return quo_scene_hit (self->scene, x, y, TOLERANCE, &thing) ? thing : 0;
}

static void
set_hovered (QuoDiagramView *self, guint64 thing)
{
  if (self->view.hovered == thing)
    return;
  self->view.hovered = thing;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   thing != 0 ? "pointer" : NULL);
  quo_diagram_view_invalidate (self, FALSE);
}

static void
on_motion (GtkEventControllerMotion *controller,
           double x,
           double y,
           QuoDiagramView *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->dragged == 0 && !self->is_panning)
    set_hovered (self, quo_diagram_view_hit (self, x, y));
}

static void
on_leave (GtkEventControllerMotion *controller, QuoDiagramView *self)
{
  if (self->dragged == 0)
    set_hovered (self, 0);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller,
           double dx,
           double dy,
           QuoDiagramView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (
    GTK_EVENT_CONTROLLER (controller));
  gboolean has_control = (state & GDK_CONTROL_MASK) != 0;

  /* On what runs along time the wheel scrolls; the scrolled window does that. */
  if (!has_control
      && (!quo_diagram_view_is_map (self) || (state & GDK_SHIFT_MASK) != 0))
    return GDK_EVENT_PROPAGATE;
  if (dy != 0)
    quo_diagram_view_zoom_at (self, pow (WHEEL_ZOOM, -dy), self->pointer_x,
                              self->pointer_y);
  return GDK_EVENT_STOP;
}

/**
 * quo_diagram_view_drag_to:
 * @thing: what is dragged
 * @x: where its middle goes, in the widget's coordinates
 *
 * Moves a thing in the picture. quo_diagram_view_drop() keeps it there.
 *
 * Returns: %FALSE when it cannot be dragged
 */
gboolean
quo_diagram_view_drag_to (QuoDiagramView *self,
                          guint64 thing,
                          double x,
                          double y)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), FALSE);

  if (self->diagram == NULL
      || !quo_diagram_drag (self->diagram, &self->view, thing, x, y,
                            &self->drag_to_x, &self->drag_to_y))
    return FALSE;
  self->dragged = thing;
  self->has_moved = TRUE;
  quo_diagram_view_invalidate (self, TRUE);
  return TRUE;
}

/**
 * quo_diagram_view_drop:
 *
 * Lets go of what was dragged: its place becomes part of the scenario.
 */
void
quo_diagram_view_drop (QuoDiagramView *self)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  guint64 thing = self->dragged;
  QuoScenario *scenario = quo_document_scenario (self->document);

  self->dragged = 0;
  if (!self->has_moved || thing == 0)
    return;
  self->has_moved = FALSE;

  guint participant = quo_thing_index (thing);

  /* A client has no place of its own: it stands beside its node. */
  if (quo_thing_kind (thing) != QUO_THING_PARTICIPANT
      || participant >= quo_scenario_n_nodes (scenario))
    return;

  g_autofree char *label = quo_scenario_participant (scenario, participant);
  g_autofree char *name = g_strdup_printf (_ ("Move %s"), label);
  g_autoptr (QuoScenario) next
    = quo_scenario_with_position (scenario, participant, self->drag_to_x,
                                  self->drag_to_y);

  quo_document_edit (self->document, next, name, FALSE);
}

static void
on_drag_begin (GtkGestureDrag *gesture,
               double x,
               double y,
               QuoDiagramView *self)
{
  gboolean is_middle
    = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture))
      == GDK_BUTTON_MIDDLE;
  guint64 thing = is_middle ? 0 : quo_diagram_view_hit (self, x, y);
  QuoBox box = { 0 };

  GdkModifierType state = gtk_event_controller_get_current_event_state (
    GTK_EVENT_CONTROLLER (gesture));

  self->has_moved = FALSE;
  self->is_panning = FALSE;
  self->is_lassoing = !is_middle && thing == 0 && quo_diagram_view_is_map (self)
                      && (state & GDK_SHIFT_MASK) != 0;
  self->dragged = 0;
  self->pan_x = self->view.x;
  self->pan_y = self->view.y;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (thing != 0 && quo_thing_kind (thing) == QUO_THING_PARTICIPANT
      && quo_diagram_view_is_map (self)
      && quo_scene_get_id_bounds (self->scene, thing, &box))
    {
      self->dragged = thing;
      self->drag_dx = box.x + box.width / 2 - x;
      self->drag_dy = box.y + box.height / 2 - y;
    }
}

static void
on_drag_update (GtkGestureDrag *gesture,
                double dx,
                double dy,
                QuoDiagramView *self)
{
  double x = 0, y = 0;

  if (!self->has_moved && !self->is_panning && hypot (dx, dy) < CLICK_SLACK)
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->is_lassoing)
    {
      self->has_moved = TRUE;
      self->lasso = GRAPHENE_RECT_INIT (MIN (x, x + dx), MIN (y, y + dy),
                                        ABS (dx), ABS (dy));
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  if (self->dragged != 0
      && quo_diagram_view_drag_to (self, self->dragged, x + dx + self->drag_dx,
                                   y + dy + self->drag_dy))
    return;

  self->dragged = 0;
  self->is_panning = TRUE;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grabbing");
  quo_diagram_view_scroll_to (self, self->pan_x - dx, self->pan_y - dy);
}

static void popup (QuoDiagramView *self, GMenuModel *model, double x, double y);

static void
close_lasso (QuoDiagramView *self)
{
  g_autoptr (GArray) nodes = quo_diagram_view_nodes_within (self, &self->lasso);
  g_autoptr (GMenuModel) model = NULL;

  self->has_moved = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (nodes->len == 0 || quo_document_run (self->document) == NULL)
    return;
  model = quo_group_menu_new (self->document, nodes);
  popup (self, model, self->lasso.origin.x + self->lasso.size.width,
         self->lasso.origin.y + self->lasso.size.height);
}

static void
on_drag_end (GtkGestureDrag *gesture,
             double dx,
             double dy,
             QuoDiagramView *self)
{
  if (self->is_lassoing && self->has_moved)
    close_lasso (self);
  self->is_lassoing = FALSE;
  if (self->is_panning)
    gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
  self->is_panning = FALSE;
  if (self->dragged != 0)
    quo_diagram_view_drop (self);
}

/* The time at which a thing happens; -1 for what is always there. */
static QuoTime
time_of (QuoDiagramView *self, guint64 thing)
{
  QuoRun *run = quo_document_run (self->document);

  if (run == NULL)
    return -1;
  if (quo_thing_kind (thing) == QUO_THING_EVENT
      && quo_thing_index (thing) < quo_trace_length (quo_run_trace (run)))
    return quo_trace_time (quo_run_trace (run), quo_thing_index (thing));
  if (quo_thing_kind (thing) == QUO_THING_ACTION
      && quo_thing_index (thing)
           < quo_scenario_n_actions (quo_document_scenario (self->document)))
    return quo_scenario_action_time (quo_document_scenario (self->document),
                                     quo_thing_index (thing));
  return -1;
}

static void
on_click (GtkGestureClick *gesture,
          int n_press,
          double x,
          double y,
          QuoDiagramView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (
    GTK_EVENT_CONTROLLER (gesture));
  guint64 thing = quo_diagram_view_hit (self, x, y);

  if (self->document == NULL)
    return;
  /* Only events can be before or after one another. */
  if ((state & GDK_SHIFT_MASK) != 0
      && quo_thing_kind (thing) == QUO_THING_EVENT
      && quo_thing_kind (quo_document_selection (self->document))
           == QUO_THING_EVENT)
    {
      quo_document_select_second (self->document, thing);
      return;
    }
  quo_document_select_second (self->document, 0);
  quo_document_select (self->document, thing);
  if (n_press == 2 && time_of (self, thing) >= 0)
    quo_document_set_time (self->document, time_of (self, thing));
}

static gboolean
unparent_later (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
on_menu_closed (GtkPopover *popover, QuoDiagramView *self)
{
  if (self->menu != GTK_WIDGET (popover))
    return;
  self->menu = NULL;
  /* The action that was chosen is activated only after the popover is closed. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_later,
                   g_object_ref (popover), g_object_unref);
}

static void
popup (QuoDiagramView *self, GMenuModel *model, double x, double y)
{
  if (self->menu != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){ x, y, 1, 1 });
  g_signal_connect (self->menu, "closed", G_CALLBACK (on_menu_closed), self);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/**
 * quo_diagram_view_nodes_within:
 * @area: in the widget's coordinates
 *
 * Returns: (transfer full) (element-type guint): the nodes whose middle is there
 */
GArray *
quo_diagram_view_nodes_within (QuoDiagramView *self,
                               const graphene_rect_t *area)
{
  g_return_val_if_fail (QUO_IS_DIAGRAM_VIEW (self), NULL);

  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (guint));
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_nodes = scenario != NULL ? quo_scenario_n_nodes (scenario) : 0;

  quo_diagram_view_ensure_scene (self);
  for (guint i = 0; i < n_nodes; i++)
    {
      QuoBox box = { 0 };

      if (quo_scene_get_id_bounds (self->scene,
                                   quo_thing_id (QUO_THING_PARTICIPANT, i),
                                   &box)
          && graphene_rect_contains_point (
            area, &GRAPHENE_POINT_INIT (box.x + box.width / 2,
                                        box.y + box.height / 2)))
        g_array_append_val (nodes, i);
    }
  return nodes;
}

/**
 * quo_diagram_view_show_menu:
 * @thing: what the menu is about, or 0
 * @x: where it points to, in the widget's coordinates
 *
 * Offers what can be done to a thing at the time shown.
 */
void
quo_diagram_view_show_menu (QuoDiagramView *self,
                            guint64 thing,
                            double x,
                            double y)
{
  g_return_if_fail (QUO_IS_DIAGRAM_VIEW (self));

  if (self->document == NULL || quo_document_run (self->document) == NULL)
    return;

  g_autoptr (GMenuModel) model = quo_thing_menu_new (self->document, thing);

  popup (self, model, x, y);
}

static void
on_secondary (GtkGesture *gesture,
              int n_press,
              double x,
              double y,
              QuoDiagramView *self)
{
  guint64 thing = quo_diagram_view_hit (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (thing != 0)
    quo_document_select (self->document, thing);
  quo_diagram_view_show_menu (self, thing, x, y);
}

static void
on_long_press (GtkGesture *gesture, double x, double y, QuoDiagramView *self)
{
  on_secondary (gesture, 1, x, y, self);
}

typedef struct
{
  guint64 thing;
  QuoBox box;
} Stop;

static int
compare_stops (gconstpointer a, gconstpointer b)
{
  const Stop *first = a;
  const Stop *second = b;

  if (first->box.y != second->box.y)
    return first->box.y < second->box.y ? -1 : 1;
  if (first->box.x != second->box.x)
    return first->box.x < second->box.x ? -1 : 1;
  return first->thing < second->thing ? -1 : first->thing > second->thing;
}

/* Everything in sight that can be selected, each once, in reading order. */
static GArray *
collect_stops (QuoDiagramView *self)
{
  GArray *stops = g_array_new (FALSE, FALSE, sizeof (Stop));
  g_autoptr (GHashTable) seen
    = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  quo_diagram_view_ensure_scene (self);
  for (guint i = 0; i < quo_scene_get_n_items (self->scene); i++)
    {
      Stop stop = { quo_scene_get_id (self->scene, i),
                    quo_scene_get_bounds (self->scene, i) };

      if (stop.thing == 0
          || !g_hash_table_add (seen,
                                g_memdup2 (&stop.thing, sizeof stop.thing)))
        continue;
      g_array_append_val (stops, stop);
    }
  g_array_sort (stops, compare_stops);
  return stops;
}

static void
walk (QuoDiagramView *self, int direction)
{
  g_autoptr (GArray) stops = collect_stops (self);
  int at = -1;

  if (stops->len == 0)
    return;
  for (guint i = 0; i < stops->len; i++)
    if (g_array_index (stops, Stop, i).thing == self->view.selected)
      at = i;

  if (at < 0)
    at = direction > 0 ? 0 : (int) stops->len - 1;
  else
    at = CLAMP (at + direction, 0, (int) stops->len - 1);
  quo_document_select (self->document, g_array_index (stops, Stop, at).thing);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        QuoDiagramView *self)
{
  QuoBox box = { self->view.width / 2, self->view.height / 2, 0, 0 };

  if (self->document == NULL)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Menu
      || (keyval == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0))
    {
      quo_diagram_view_ensure_scene (self);
      if (self->view.selected != 0)
        quo_scene_get_id_bounds (self->scene, self->view.selected, &box);
      quo_diagram_view_show_menu (self, self->view.selected,
                                  box.x + box.width / 2,
                                  box.y + box.height / 2);
      return GDK_EVENT_STOP;
    }
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Down:
      walk (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
      walk (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      quo_document_select (self->document, 0);
      quo_document_select_second (self->document, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
      if (time_of (self, self->view.selected) >= 0)
        quo_document_set_time (self->document,
                               time_of (self, self->view.selected));
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
add_drag (QuoDiagramView *self, guint button)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
quo_diagram_view_add_input (QuoDiagramView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll
    = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  g_signal_connect (click, "released", G_CALLBACK (on_click), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary),
                                 GDK_BUTTON_SECONDARY);
  g_signal_connect (secondary, "pressed", G_CALLBACK (on_secondary), self);
  gtk_widget_add_controller (GTK_WIDGET (self),
                             GTK_EVENT_CONTROLLER (secondary));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_press), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
  add_drag (self, GDK_BUTTON_PRIMARY);
  add_drag (self, GDK_BUTTON_MIDDLE);
}
