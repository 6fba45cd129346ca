/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What chaos did, as actions that can be read, moved and deleted one by one. */

#include "scenario/scenario-private.h"

/* Consumes @value. */
static void
add (QuoJson    *action,
     const char *key,
     QuoJson    *value)
{
  quo_json_append_member (action, key, (QuoJsonPlace) { 0 }, value);
}

static QuoJson *
participant (QuoTrace *trace,
             gint64    index)
{
  char buffer[32];

  return quo_json_new_string (quo_trace_label (trace, (guint) index, buffer));
}

static QuoJson *
time_text (QuoTime time)
{
  g_autofree char *text = quo_time_format (time);

  return quo_json_new_string (text);
}

static QuoJson *
action_at (QuoTime     time,
           const char *id)
{
  QuoJson *action = quo_json_new_object ();

  add (action, "at", time_text (time));
  add (action, "do", quo_json_new_string (id));

  return action;
}

static QuoJson *
partition (QuoTrace       *trace,
           const QuoEvent *event)
{
  QuoJson *action = action_at (event->time, "partition");
  QuoJson *groups = quo_json_new_array ();
  gint64 last = 0;

  for (guint i = 0; i < quo_trace_n_nodes (trace); i++)
    last = MAX (last, event->rows[i]);
  for (gint64 g = 0; g <= last; g++)
    {
      QuoJson *group = quo_json_new_array ();

      for (guint i = 0; i < quo_trace_n_nodes (trace); i++)
        if (event->rows[i] == g)
          quo_json_append (group, participant (trace, i));
      if (quo_json_length (group) > 0)
        quo_json_append (groups, group);
      else
        quo_json_unref (group);
    }
  add (action, "groups", groups);

  return action;
}

static QuoJson *
links (QuoTrace       *trace,
       const QuoEvent *event)
{
  QuoJson *action;

  switch ((QuoLinksChange) event->what)
    {
    case QUO_LINKS_PARTITION:
      return partition (trace, event);
    case QUO_LINKS_CUT:
    case QUO_LINKS_RESTORE:
      action = action_at (event->time,
                          event->what == QUO_LINKS_CUT ? "cut" : "restore");
      add (action, "from", participant (trace, event->values[0]));
      add (action, "to", participant (trace, event->values[1]));
      add (action, "one-way", quo_json_new_bool (TRUE));
      return action;
    case QUO_LINKS_LOSS:
      action = action_at (event->time, "loss");
      add (action, "amount",
           quo_json_new_double ((double) event->values[0] / 1e6));
      return action;
    case QUO_LINKS_HEAL:
    default:
      return action_at (event->time, "heal");
    }
}

/* The action that does what the event records; NULL when chaos does no such thing. */
static QuoJson *
action_for (QuoTrace       *trace,
            const QuoEvent *event)
{
  const char *id;
  QuoJson *action;

  switch (event->kind)
    {
    case QUO_EVENT_CRASH:
      id = "crash";
      break;
    case QUO_EVENT_RESTART:
      id = "restart";
      break;
    case QUO_EVENT_PAUSE:
      id = "pause";
      break;
    case QUO_EVENT_RESUME:
      id = "resume";
      break;
    case QUO_EVENT_DISK_LOST:
      id = "lose-disk";
      break;
    case QUO_EVENT_SKEW:
      id = "skew";
      break;
    case QUO_EVENT_LINKS:
      return links (trace, event);
    default:
      return NULL;
    }

  action = action_at (event->time, id);
  add (action, "node", participant (trace, event->node));
  if (event->kind == QUO_EVENT_SKEW)
    {
      add (action, "by", time_text (event->values[0]));
      if (event->values[1] != 0)
        add (action, "drift",
             quo_json_new_double ((double) event->values[1] / 1e9));
    }

  return action;
}

static QuoTime
time_of (const QuoJson *action)
{
  const char *at = quo_json_text (quo_json_get (action, "at"));
  QuoTime time = 0;

  if (at != NULL && !quo_time_parse (at, &time, NULL))
    return 0;

  return time;
}

/* Both in order of time; of two at one time the script's own comes first. */
static QuoJson *
merge (const QuoJson *script,
       GPtrArray     *found)
{
  QuoJson *merged = quo_json_new_array ();
  guint n = quo_json_length (script);
  guint next = 0;

  for (guint i = 0; i < n; i++)
    {
      QuoJson *own = quo_json_nth (script, i);

      while (next < found->len && time_of (found->pdata[next]) < time_of (own))
        quo_json_append (merged, quo_json_ref (found->pdata[next++]));
      quo_json_append (merged, quo_json_ref (own));
    }
  while (next < found->len)
    quo_json_append (merged, quo_json_ref (found->pdata[next++]));

  return merged;
}

/**
 * quo_scenario_has_chaos:
 * @self: a scenario
 *
 * Returns: whether faults are drawn at random in it
 */
gboolean
quo_scenario_has_chaos (QuoScenario *self)
{
  return quo_json_length (quo_json_get (self->root, "chaos")) > 0;
}

/**
 * quo_scenario_with_chaos_scripted:
 * @self: a scenario with chaos
 * @trace: of a run of it
 * @error: where to say that there are more actions than a script may have
 *
 * Puts what chaos did in that run into the script, with the times to the
 * nanosecond, and takes the chaos away: the run stays as it was, and every fault
 * can be looked at by itself. What the script's own actions with "lasts" undid is
 * not chaos's doing and is left to them.
 *
 * Returns: (transfer full) (nullable): the scenario without chaos
 */
QuoScenario *
quo_scenario_with_chaos_scripted (QuoScenario  *self,
                                  QuoTrace     *trace,
                                  GError      **error)
{
  g_autoptr (GPtrArray) found =
    g_ptr_array_new_with_free_func ((GDestroyNotify) quo_json_unref);
  g_autoptr (QuoJson) calm = NULL;
  g_autoptr (QuoJson) root = NULL;
  guint32 length;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (trace != NULL, NULL);

  length = quo_trace_length (trace);
  for (guint32 i = 0; i < length; i++)
    {
      QuoJson *action;
      QuoEvent event;

      if (quo_trace_cause (trace, i) != QUO_NO_EVENT)
        continue;
      quo_trace_read (trace, i, &event);
      action = action_for (trace, &event);
      if (action == NULL)
        continue;

      /* An empty disk comes with a crash at the same moment: one action. */
      if (event.kind == QUO_EVENT_DISK_LOST && found->len > 0)
        g_ptr_array_set_size (found, (int) found->len - 1);
      g_ptr_array_add (found, action);
    }

  calm = quo_json_without (self->root, "chaos");
  root = quo_json_with (calm, "script",
                        merge (quo_json_get (self->root, "script"), found));

  return quo_scenario_new_from_tree (self->name, root, error);
}
