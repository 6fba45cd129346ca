/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/thing-menu.h"

#include <glib/gi18n-lib.h>

#define LINK_BITS 28
#define LINK_MASK ((1u << LINK_BITS) - 1)

/* An action of the script in the making. */
static JsonObject *
act (const char *what)
{
  JsonObject *action = json_object_new ();

  json_object_set_string_member (action, "do", what);
  return action;
}

static JsonObject *
act_on (const char *what, const char *key, const char *name)
{
  JsonObject *action = act (what);

  json_object_set_string_member (action, key, name);
  return action;
}

/* "win.act" does it at once, "win.ask" first lets a person fill in the rest. */
static void
add (GMenu *menu, const char *label, const char *handler, JsonObject *action)
{
  g_autoptr (JsonNode) node
    = json_node_init_object (json_node_alloc (), action);
  g_autofree char *text = json_to_string (node, FALSE);
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, handler, "s", text);
  g_menu_append_item (menu, item);
  json_object_unref (action);
}

static void
add_section (GMenu *menu, const char *label, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, label, G_MENU_MODEL (section));
  g_object_unref (section);
}

static void
add_operations (GMenu *menu, const char *key, const char *name)
{
  GMenu *section = g_menu_new ();
  JsonObject *write = act_on ("write", key, name);
  JsonObject *read = act_on ("read", key, name);

  json_object_set_string_member (write, "key", "x");
  json_object_set_string_member (write, "value", "1");
  json_object_set_string_member (read, "key", "x");
  add (section, _ ("Send a _Write…"), "win.ask", write);
  add (section, _ ("Send a _Read…"), "win.ask", read);
  add_section (menu, NULL, section);
}

static void
add_life (GMenu *menu, QuoReplay *replay, guint node, const char *name)
{
  GMenu *section = g_menu_new ();

  switch (quo_replay_life (replay, node))
    {
    case QUO_LIFE_DOWN:
      add (section, _ ("_Restart"), "win.act",
           act_on ("restart", "node", name));
      break;
    case QUO_LIFE_PAUSED:
      add (section, _ ("_Resume"), "win.act", act_on ("resume", "node", name));
      add (section, _ ("_Crash"), "win.act", act_on ("crash", "node", name));
      break;
    default:
      add (section, _ ("_Crash"), "win.act", act_on ("crash", "node", name));
      add (section, _ ("_Pause"), "win.act", act_on ("pause", "node", name));
      break;
    }
  add (section, _ ("_Isolate"), "win.act", act_on ("isolate", "node", name));
  if (quo_replay_has_cuts (replay))
    add (section, _ ("_Heal All Links"), "win.act", act ("heal"));
  add_section (menu, NULL, section);
}

static void
add_timers (GMenu *menu, const QuoDeclaration *declaration, const char *name)
{
  g_autoptr (GMenu) timers = g_menu_new ();

  for (guint i = 0;
       declaration->timers != NULL && declaration->timers[i].id != NULL; i++)
    {
      JsonObject *fire = act_on ("fire", "node", name);

      json_object_set_string_member (fire, "timer", declaration->timers[i].id);
      add (timers, declaration->timers[i].id, "win.act", fire);
    }
  if (g_menu_model_get_n_items (G_MENU_MODEL (timers)) > 0)
    g_menu_append_submenu (menu, _ ("_Fire Timer"), G_MENU_MODEL (timers));
}

static void
add_node (GMenu *menu, QuoRun *run, guint node, const char *name)
{
  const QuoDeclaration *declaration
    = quo_trace_declaration (quo_run_trace (run));
  GMenu *more = g_menu_new ();
  JsonObject *skew = act_on ("skew", "node", name);

  add_life (menu, quo_run_replay (run), node, name);
  add_operations (menu, "node", name);

  add_timers (more, declaration, name);
  json_object_set_string_member (skew, "by", "50ms");
  add (more, _ ("_Skew Clock…"), "win.ask", skew);
  add (more, _ ("_Lose Disk"), "win.act", act_on ("lose-disk", "node", name));
  for (guint i = 0;
       declaration->commands != NULL && declaration->commands[i].id != NULL;
       i++)
    {
      g_autofree char *label
        = g_strdup_printf (_ ("%s…"), declaration->commands[i].id);

      g_strdelimit (label, "-", ' ');
      label[0] = g_ascii_toupper (label[0]);
      add (more, label, "win.ask",
           act_on (declaration->commands[i].id, "node", name));
    }
  add_section (menu, NULL, more);
}

static void
add_link (GMenu *menu, QuoScenario *scenario, QuoReplay *replay, guint64 index)
{
  guint from = (index >> LINK_BITS) & LINK_MASK;
  guint to = index & LINK_MASK;
  g_autofree char *from_name = quo_scenario_participant (scenario, from);
  g_autofree char *to_name = quo_scenario_participant (scenario, to);
  gboolean is_cut = quo_replay_is_cut (replay, from, to);
  gboolean is_back_cut = quo_replay_is_cut (replay, to, from);
  GMenu *section = g_menu_new ();

  if (!is_cut && !is_back_cut)
    {
      JsonObject *cut = act_on ("cut", "from", from_name);

      json_object_set_string_member (cut, "to", to_name);
      add (section, _ ("_Cut"), "win.act", cut);
    }
  for (guint i = 0; i < 2; i++)
    {
      const char *ends[]
        = { i == 0 ? from_name : to_name, i == 0 ? to_name : from_name };
      g_autofree char *label
        = g_strdup_printf (_ ("Cut %s → %s"), ends[0], ends[1]);
      JsonObject *cut = NULL;

      if (i == 0 ? is_cut : is_back_cut)
        continue;
      cut = act_on ("cut", "from", ends[0]);
      json_object_set_string_member (cut, "to", ends[1]);
      json_object_set_boolean_member (cut, "one-way", TRUE);
      add (section, label, "win.act", cut);
    }
  if (is_cut || is_back_cut)
    {
      JsonObject *restore = act_on ("restore", "from", from_name);

      json_object_set_string_member (restore, "to", to_name);
      add (section, _ ("_Restore"), "win.act", restore);
    }

  JsonObject *change = act_on ("set-link", "from", from_name);

  json_object_set_string_member (change, "to", to_name);
  json_object_set_string_member (change, "latency", "100ms");
  add (section, _ ("Slow _Down…"), "win.ask", change);
  change = act_on ("set-link", "from", from_name);
  json_object_set_string_member (change, "to", to_name);
  json_object_set_double_member (change, "loss", 0.5);
  add (section, _ ("_Lose Messages…"), "win.ask", change);
  if (quo_replay_has_cuts (replay))
    add (section, _ ("_Heal All Links"), "win.act", act ("heal"));
  add_section (menu, NULL, section);
}

/**
 * quo_thing_in_flight:
 * @thing: a message: the event of its sending
 * @ret_nth: (out) (optional): which of those of its kind, sender and receiver
 *   that are in flight it is, from 1
 *
 * Returns: whether the message is under way at the time shown
 */
gboolean
quo_thing_in_flight (QuoDocument *document, guint64 thing, guint *ret_nth)
{
  QuoRun *run = quo_document_run (document);

  if (run == NULL || quo_thing_kind (thing) != QUO_THING_EVENT
      || quo_thing_index (thing) >= quo_trace_length (quo_run_trace (run))
      || quo_trace_kind (quo_run_trace (run), quo_thing_index (thing))
           != QUO_EVENT_SEND)
    return FALSE;

  g_autoptr (GArray) sends = g_array_new (FALSE, FALSE, sizeof (guint32));
  QuoReplay *replay = quo_run_replay (run);
  QuoEvent event = { 0 };
  guint nth = 0;

  quo_trace_read (quo_run_trace (run), quo_thing_index (thing), &event);
  quo_replay_seek_time (replay, quo_document_time (document));
  quo_replay_in_flight (replay, sends);
  for (guint i = 0; i < sends->len; i++)
    {
      QuoEvent other = { 0 };

      quo_trace_read (quo_run_trace (run), g_array_index (sends, guint32, i),
                      &other);
      if (other.what != event.what || other.node != event.node
          || other.to != event.to)
        continue;
      nth++;
      if (other.index == event.index)
        {
          if (ret_nth != NULL)
            *ret_nth = nth;
          return TRUE;
        }
    }
  return FALSE;
}

static JsonObject *
act_on_message (QuoRun *run, const char *what, const QuoEvent *send, guint nth)
{
  const QuoDeclaration *declaration
    = quo_trace_declaration (quo_run_trace (run));
  const QuoMessageSpec *spec
    = quo_declaration_message (declaration, send->what);
  g_autofree char *from
    = quo_scenario_participant (quo_run_scenario (run), send->node);
  g_autofree char *to
    = quo_scenario_participant (quo_run_scenario (run), send->to);
  JsonObject *action = act (what);
  JsonObject *message = json_object_new ();

  if (spec != NULL)
    json_object_set_string_member (message, "kind", spec->id);
  json_object_set_string_member (message, "from", from);
  json_object_set_string_member (message, "to", to);
  if (nth > 1)
    json_object_set_int_member (message, "nth", nth);
  json_object_set_object_member (action, "message", message);
  return action;
}

static void
add_event (GMenu *menu, QuoDocument *document, guint64 thing)
{
  QuoRun *run = quo_document_run (document);
  GMenu *section = g_menu_new ();
  QuoEvent event = { 0 };
  guint nth = 0;

  quo_trace_read (quo_run_trace (run), quo_thing_index (thing), &event);
  if (quo_thing_in_flight (document, thing, &nth))
    {
      JsonObject *delay = act_on_message (run, "delay", &event, nth);

      json_object_set_string_member (delay, "by", "50ms");
      add (section, _ ("_Drop"), "win.act",
           act_on_message (run, "drop", &event, nth));
      add (section, _ ("D_elay…"), "win.ask", delay);
      add (section, _ ("D_uplicate"), "win.act",
           act_on_message (run, "duplicate", &event, nth));
    }
  add_section (menu, NULL, section);

  section = g_menu_new ();

  g_autoptr (GMenuItem) go = g_menu_item_new (_ ("_Go There"), NULL);

  g_menu_item_set_action_and_target (go, "win.seek", "x", event.time);
  g_menu_append_item (section, go);
  if (event.cause != QUO_NO_EVENT)
    {
      g_autoptr (GMenuItem) why = g_menu_item_new (_ ("Select _Cause"), NULL);

      g_menu_item_set_action_and_target (why, "win.select", "t",
                                         quo_thing_id (QUO_THING_EVENT,
                                                       event.cause));
      g_menu_append_item (section, why);
    }
  add_section (menu, NULL, section);
}

static void
add_action (GMenu *menu, QuoScenario *scenario, guint nth)
{
  GMenu *section = g_menu_new ();
  g_autoptr (GMenuItem) edit = g_menu_item_new (_ ("_Edit…"), NULL);
  g_autoptr (GMenuItem) go = g_menu_item_new (_ ("_Go There"), NULL);
  g_autoptr (GMenuItem) remove = g_menu_item_new (_ ("_Delete"), NULL);

  g_menu_item_set_action_and_target (edit, "win.edit-action", "u", nth);
  g_menu_item_set_action_and_target (go, "win.seek", "x",
                                     quo_scenario_action_time (scenario, nth));
  g_menu_item_set_action_and_target (remove, "win.delete-action", "u", nth);
  g_menu_append_item (section, edit);
  g_menu_append_item (section, go);
  g_menu_append_item (section, remove);
  add_section (menu, NULL, section);
}

static void
add_ground (GMenu *menu, QuoReplay *replay)
{
  GMenu *section = g_menu_new ();

  add (section, _ ("_Add Action…"), "win.ask", json_object_new ());
  if (quo_replay_has_cuts (replay))
    add (section, _ ("_Heal All Links"), "win.act", act ("heal"));
  add_section (menu, NULL, section);

  section = g_menu_new ();
  g_menu_append (section, _ ("_Fit"), "win.fit");
  g_menu_append (section, _ ("_Copy Picture"), "win.copy-picture");
  add_section (menu, NULL, section);
}

/**
 * quo_thing_menu_new:
 * @document: has a run
 * @thing: what was pointed at; 0 for the ground
 *
 * Lists what can be done to a thing at the time shown. The items activate
 * "win.act" and "win.ask" with an action of the script as JSON, without its time.
 *
 * Returns: (transfer full): the menu
 */
GMenuModel *
quo_thing_menu_new (QuoDocument *document, guint64 thing)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (quo_document_run (document) != NULL, NULL);

  QuoRun *run = quo_document_run (document);
  QuoScenario *scenario = quo_run_scenario (run);
  QuoReplay *replay = quo_run_replay (run);
  guint64 index = quo_thing_index (thing);
  guint n_nodes = quo_scenario_n_nodes (scenario);
  guint n_participants = n_nodes + quo_scenario_n_clients (scenario);
  GMenu *menu = g_menu_new ();

  quo_replay_seek_time (replay, quo_document_time (document));
  switch (quo_thing_kind (thing))
    {
    case QUO_THING_PARTICIPANT:
      if (index < n_participants)
        {
          g_autofree char *name = quo_scenario_participant (scenario, index);

          if (index < n_nodes)
            add_node (menu, run, index, name);
          else
            add_operations (menu, "client", name);
        }
      break;
    case QUO_THING_LINK:
      if ((index >> LINK_BITS) < n_participants
          && (index & LINK_MASK) < n_participants)
        add_link (menu, scenario, replay, index);
      break;
    case QUO_THING_EVENT:
      if (index < quo_trace_length (quo_run_trace (run)))
        add_event (menu, document, thing);
      break;
    case QUO_THING_ACTION:
      if (index < quo_scenario_n_actions (quo_document_scenario (document)))
        add_action (menu, quo_document_scenario (document), index);
      break;
    default:
      add_ground (menu, replay);
      break;
    }
  return G_MENU_MODEL (menu);
}

static JsonArray *
names_of (QuoScenario *scenario, GArray *nodes)
{
  JsonArray *names = json_array_new ();

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *name
        = quo_scenario_participant (scenario, g_array_index (nodes, guint, i));

      json_array_add_string_element (names, name);
    }
  return names;
}

/**
 * quo_group_menu_new:
 * @document: has a run
 * @nodes: (element-type guint): some of its nodes
 *
 * Lists what can be done to several nodes at once.
 *
 * Returns: (transfer full): the menu, with items as those of quo_thing_menu_new()
 */
GMenuModel *
quo_group_menu_new (QuoDocument *document, GArray *nodes)
{
  static const struct
  {
    const char *what;
    const char *label;
  } actions[] = {
    { "crash", N_ ("_Crash") },
    { "restart", N_ ("_Restart") },
    { "pause", N_ ("_Pause") },
    { "resume", N_ ("_Resume") },
  };

  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (nodes != NULL && nodes->len > 0, NULL);

  QuoScenario *scenario = quo_document_scenario (document);
  GMenu *menu = g_menu_new ();
  GMenu *section = g_menu_new ();
  JsonObject *partition = act ("partition");
  JsonArray *groups = json_array_new ();

  /* Those that no group names stay together on the other side. */
  json_array_add_array_element (groups, names_of (scenario, nodes));
  json_object_set_array_member (partition, "groups", groups);
  if (nodes->len < quo_scenario_n_nodes (scenario))
    add (section, _ ("_Partition from the Rest"), "win.act", partition);
  else
    json_object_unref (partition);
  add_section (menu, NULL, section);

  section = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      JsonObject *action = act (actions[i].what);

      json_object_set_array_member (action, "node", names_of (scenario, nodes));
      add (section, _ (actions[i].label), "win.act", action);
    }
  add_section (menu, NULL, section);
  return G_MENU_MODEL (menu);
}

static char *
participant_title (QuoScenario *scenario, guint64 index)
{
  guint n_nodes = quo_scenario_n_nodes (scenario);

  if (index >= n_nodes + quo_scenario_n_clients (scenario))
    return g_strdup ("");

  g_autofree char *name = quo_scenario_participant (scenario, index);

  return g_strdup_printf (index < n_nodes ? _ ("Node %s") : _ ("Client %s"),
                          name);
}

static char *
link_title (QuoScenario *scenario, guint64 index)
{
  g_autofree char *from
    = quo_scenario_participant (scenario, index >> LINK_BITS);
  g_autofree char *to = quo_scenario_participant (scenario, index & LINK_MASK);

  return g_strdup_printf (_ ("Link %s – %s"), from, to);
}

static char *
event_title (QuoTrace *trace, guint64 index)
{
  const QuoMessageSpec *spec = NULL;
  QuoEvent event = { 0 };

  if (index >= quo_trace_length (trace))
    return g_strdup ("");

  quo_trace_read (trace, index, &event);
  switch (event.kind)
    {
    case QUO_EVENT_SEND:
      if (event.what == QUO_MESSAGE_REQUEST)
        return g_strdup (_ ("Request"));
      if (event.what == QUO_MESSAGE_REPLY)
        return g_strdup (_ ("Reply"));
      spec
        = quo_declaration_message (quo_trace_declaration (trace), event.what);
      return g_strdup (spec != NULL ? spec->id : _ ("Message"));
    case QUO_EVENT_START:
      return g_strdup (_ ("Start"));
    case QUO_EVENT_DELIVER:
      return g_strdup (_ ("Delivery"));
    case QUO_EVENT_LOSE:
      return g_strdup (_ ("Loss"));
    case QUO_EVENT_TIMEOUT:
      return g_strdup (_ ("Timeout"));
    case QUO_EVENT_SYNC:
      return g_strdup (_ ("Written to disk"));
    case QUO_EVENT_CRASH:
      return g_strdup (_ ("Crash"));
    case QUO_EVENT_RESTART:
      return g_strdup (_ ("Restart"));
    case QUO_EVENT_PAUSE:
      return g_strdup (_ ("Pause"));
    case QUO_EVENT_RESUME:
      return g_strdup (_ ("Resume"));
    case QUO_EVENT_LINKS:
      return g_strdup (_ ("Change of links"));
    case QUO_EVENT_INVOKE:
      return g_strdup (_ ("Operation"));
    case QUO_EVENT_RETURN:
      return g_strdup (_ ("Answer"));
    case QUO_EVENT_VIOLATION:
      return g_strdup (_ ("Violation"));
    default:
      return g_strdup (_ ("Event"));
    }
}

static char *
transition_title (const QuoDeclaration *declaration, guint64 index)
{
  guint n_transitions = 0;
  const QuoTransitionSpec *transition = NULL;

  while (declaration->transitions != NULL
         && declaration->transitions[n_transitions].id != NULL)
    n_transitions++;
  if (index >= n_transitions)
    return g_strdup ("");
  transition = &declaration->transitions[index];
  return g_strdup_printf ("%s → %s", declaration->roles[transition->from].id,
                          declaration->roles[transition->to].id);
}

/**
 * quo_thing_title:
 * @thing: as the selection holds them
 *
 * Returns: (transfer full): its name for a heading: "Node A", "AppendEntries"
 */
char *
quo_thing_title (QuoDocument *document, guint64 thing)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);

  QuoScenario *scenario = quo_document_scenario (document);
  QuoRun *run = quo_document_run (document);
  guint64 index = quo_thing_index (thing);

  if (scenario == NULL || run == NULL)
    return g_strdup ("");

  const QuoDeclaration *declaration
    = quo_trace_declaration (quo_run_trace (run));

  switch (quo_thing_kind (thing))
    {
    case QUO_THING_PARTICIPANT:
      return participant_title (scenario, index);
    case QUO_THING_LINK:
      return link_title (scenario, index);
    case QUO_THING_EVENT:
      return event_title (quo_run_trace (run), index);
    case QUO_THING_ROLE:
      if (index < quo_declaration_n_roles (declaration))
        return g_strdup_printf (_ ("Role %s"), declaration->roles[index].id);
      break;
    case QUO_THING_TRANSITION:
      return transition_title (declaration, index);
    case QUO_THING_ACTION:
      if (index < quo_scenario_n_actions (scenario))
        return quo_scenario_action_text (scenario, index);
      break;
    default:
      break;
    }
  return g_strdup ("");
}
