/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "script" and "chaos": what happens to the cluster, and when. */

#include "scenario/reader-private.h"

#include "base/random.h"
#include "sim/option.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  const char   *id;
  QuoActionKind kind;
} ActionName;

static const ActionName action_names[] = {
  { "crash", QUO_ACTION_CRASH },
  { "restart", QUO_ACTION_RESTART },
  { "pause", QUO_ACTION_PAUSE },
  { "resume", QUO_ACTION_RESUME },
  { "partition", QUO_ACTION_PARTITION },
  { "isolate", QUO_ACTION_ISOLATE },
  { "cut", QUO_ACTION_CUT },
  { "restore", QUO_ACTION_RESTORE },
  { "heal", QUO_ACTION_HEAL },
  { "loss", QUO_ACTION_LOSS },
  { "drop", QUO_ACTION_DROP },
  { "delay", QUO_ACTION_DELAY },
  { "duplicate", QUO_ACTION_DUPLICATE },
  { "skew", QUO_ACTION_SKEW },
  { "lose-disk", QUO_ACTION_LOSE_DISK },
  { "set-link", QUO_ACTION_SET_LINK },
  { "set-option", QUO_ACTION_SET_OPTION },
  { "fire", QUO_ACTION_FIRE },
};

/* What is drawn for an action depends on what it says, not on where it stands;
 * the order of its keys says nothing. */
static guint64
hash_value (const QuoJson *value)
{
  const char *text = quo_json_text (value);
  guint64 hash = quo_mix64 ((guint64) quo_json_kind (value) * 2
                            + (guint64) quo_json_truth (value) + 1);

  if (text != NULL)
    hash ^= quo_hash_string (text);
  for (guint i = 0; i < quo_json_length (value); i++)
    {
      guint64 item = hash_value (quo_json_nth (value, i));

      if (quo_json_kind (value) == QUO_JSON_OBJECT)
        hash += quo_mix64 (quo_hash_string (quo_json_key (value, i)) ^ item);
      else
        hash = quo_mix64 (hash + item);
    }

  return quo_mix64 (hash);
}

typedef struct
{
  const QuoJson *json;
  guint          index;    /* in the script */
  guint64        draw_key;
} Item;

static gboolean
read_when (QuoReader *reader,
           Item      *item,
           QuoAction *action)
{
  const QuoJson *until = quo_json_get (item->json, "until");

  action->script_index = item->index;
  action->draw_key = item->draw_key;
  action->every = quo_reader_time (item->json, "every", 0);
  action->repeat_until = quo_reader_time (item->json, "until", QUO_TIME_NEVER);
  action->lasts = quo_reader_time (item->json, "lasts", 0);
  if (until != NULL && action->every == 0)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, until,
                            _("“until” ends a repeated action: expected "
                              "“every” beside it"));

  return quo_reader_latency (reader, item->json, "at", &action->at);
}

/* A new action of the configuration; the pointer is good until the next. */
static QuoAction *
add_action (QuoReader    *reader,
            Item         *item,
            QuoActionKind kind)
{
  QuoAction *action = quo_sim_config_add_action (reader->config, kind, 0);

  return read_when (reader, item, action) ? action : NULL;
}

/* One action for each node that is named. */
static gboolean
add_node_actions (QuoReader       *reader,
                  Item            *item,
                  const QuoAction *pattern)
{
  const QuoJson *value = quo_json_get (item->json, "node");
  g_autoptr (GArray) nodes = quo_reader_selectors (reader, value);

  if (nodes == NULL)
    return FALSE;

  for (guint i = 0; i < nodes->len; i++)
    {
      QuoAction *action = add_action (reader, item, pattern->kind);

      if (action == NULL)
        return FALSE;
      action->node = g_array_index (nodes, QuoSelector, i);
      action->duration = pattern->duration;
      action->number = pattern->number;
      action->what = pattern->what;
      memcpy (action->args, pattern->args, sizeof action->args);
      if (i > 0)
        action->draw_key = quo_mix64 (action->draw_key + i);
    }

  return TRUE;
}

/* Where one is meant, all are no answer. */
static gboolean
read_one (QuoReader     *reader,
          const QuoJson *value,
          QuoSelector   *ret_selector)
{
  if (quo_json_kind (value) == QUO_JSON_STRING
      && strcmp (quo_json_text (value), "@all") == 0)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, value,
                            _("expected one node, found “@all”"));

  return quo_reader_selector (reader, value, ret_selector);
}

/* A client's name is taken too: it need not be on its own node's side. */
static gboolean
read_member (QuoReader     *reader,
             const QuoJson *value,
             QuoSelector   *ret_selector)
{
  if (quo_json_text (value)[0] == '@')
    return read_one (reader, value, ret_selector);
  ret_selector->kind = QUO_SELECT_NODE;

  return quo_reader_participant (reader, value, &ret_selector->index);
}

static gboolean
add_partition (QuoReader *reader,
               Item      *item)
{
  const QuoJson *groups = quo_json_get (item->json, "groups");
  QuoAction *action = add_action (reader, item, QUO_ACTION_PARTITION);

  if (action == NULL)
    return FALSE;

  action->groups = quo_action_groups_new ();
  for (guint i = 0; i < quo_json_length (groups); i++)
    {
      const QuoJson *members = quo_json_nth (groups, i);
      GArray *group = g_array_new (FALSE, TRUE, sizeof (QuoSelector));

      g_array_append_val (action->groups, group);
      g_array_set_size (group, quo_json_length (members));
      for (guint k = 0; k < group->len; k++)
        if (!read_member (reader, quo_json_nth (members, k),
                          &g_array_index (group, QuoSelector, k)))
          return FALSE;
    }

  return TRUE;
}

static gboolean
add_cut (QuoReader    *reader,
         Item         *item,
         QuoActionKind kind)
{
  QuoAction *action = add_action (reader, item, kind);

  if (action == NULL)
    return FALSE;
  action->is_one_way = quo_reader_bool (item->json, "one-way", FALSE);

  return read_member (reader, quo_json_get (item->json, "from"), &action->from)
         && read_member (reader, quo_json_get (item->json, "to"), &action->to);
}

static gboolean
read_message_kind (QuoReader     *reader,
                   const QuoJson *value,
                   int           *ret_kind)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;

  *ret_kind = -1;
  if (value == NULL)
    return TRUE;

  *ret_kind = quo_declaration_find_message (declaration, quo_json_text (value));
  if (*ret_kind >= 0)
    return TRUE;

  g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->messages);

  g_ptr_array_add (known,
                   (char *) quo_declaration_message (declaration,
                                                     QUO_MESSAGE_REQUEST)->id);
  g_ptr_array_add (known,
                   (char *) quo_declaration_message (declaration,
                                                     QUO_MESSAGE_REPLY)->id);

  return quo_reader_fail_name (reader, value, quo_json_text (value),
                               _("a message of this protocol"), known);
}

static gboolean
read_end (QuoReader     *reader,
          const QuoJson *value,
          int           *ret_participant)
{
  guint participant;

  *ret_participant = -1;
  if (value == NULL)
    return TRUE;
  if (!quo_reader_participant (reader, value, &participant))
    return FALSE;
  *ret_participant = (int) participant;

  return TRUE;
}

static gboolean
add_message_action (QuoReader    *reader,
                    Item         *item,
                    QuoActionKind kind)
{
  const QuoJson *message = quo_json_get (item->json, "message");
  QuoAction *action = add_action (reader, item, kind);

  if (action == NULL)
    return FALSE;
  action->duration = quo_reader_time (item->json, "by", 0);
  action->match.nth = (guint) quo_reader_int (message, "nth", 1);

  return read_message_kind (reader, quo_json_get (message, "kind"),
                            &action->match.kind)
         && read_end (reader, quo_json_get (message, "from"),
                      &action->match.from)
         && read_end (reader, quo_json_get (message, "to"), &action->match.to);
}

static gboolean
add_skew (QuoReader *reader,
          Item      *item)
{
  QuoAction pattern = { .kind = QUO_ACTION_SKEW };

  if (quo_json_get (item->json, "by") == NULL
      && quo_json_get (item->json, "drift") == NULL)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_MISSING, item->json,
                            _("one of these keys is missing: %s"),
                            "“by”, “drift”");
  pattern.duration = quo_reader_time (item->json, "by", 0);
  pattern.number = quo_reader_number (item->json, "drift", 0);

  return add_node_actions (reader, item, &pattern);
}

static gboolean
add_loss (QuoReader *reader,
          Item      *item)
{
  QuoAction *action = add_action (reader, item, QUO_ACTION_LOSS);

  if (action == NULL)
    return FALSE;
  action->number = quo_reader_number (item->json, "amount", 0);

  return TRUE;
}

static gboolean
add_set_link (QuoReader *reader,
              Item      *item)
{
  QuoAction *action = add_action (reader, item, QUO_ACTION_SET_LINK);

  if (action == NULL)
    return FALSE;
  action->is_one_way = quo_reader_bool (item->json, "one-way", FALSE);

  return quo_reader_link (reader, item->json, TRUE, &action->link)
         && quo_reader_participant (reader, quo_json_get (item->json, "from"),
                                    &action->from.index)
         && quo_reader_participant (reader, quo_json_get (item->json, "to"),
                                    &action->to.index);
}

/* The block of options itself is made when all of the script is known. */
static gboolean
add_set_option (QuoReader *reader,
                Item      *item)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *name = quo_json_get (item->json, "option");
  int option = quo_declaration_find_option (declaration, quo_json_text (name));

  if (option < 0)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->options);

      return quo_reader_fail_name (reader, name, quo_json_text (name),
                                   _("an option of this protocol"), known);
    }

  QuoAction *action = add_action (reader, item, QUO_ACTION_SET_OPTION);

  if (action == NULL)
    return FALSE;
  action->what = (guint) option;

  return TRUE;
}

static gboolean
add_fire (QuoReader *reader,
          Item      *item)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *name = quo_json_get (item->json, "timer");
  int timer = quo_declaration_find_timer (declaration, quo_json_text (name));
  QuoAction pattern = { .kind = QUO_ACTION_FIRE, .what = (guint) timer };

  if (timer < 0)
    {
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (declaration->timers);

      return quo_reader_fail_name (reader, name, quo_json_text (name),
                                   _("a timer of this protocol"), known);
    }

  return add_node_actions (reader, item, &pattern);
}

static gint64
intern_member (QuoReader     *reader,
               const QuoJson *object,
               const char    *key,
               const char    *otherwise)
{
  const QuoJson *value = quo_json_get (object, key);
  g_autofree char *text = value != NULL ? quo_reader_scalar_text (value) : NULL;

  if (text == NULL && otherwise == NULL)
    return 0;

  return quo_names_intern (reader->names, text != NULL ? text : otherwise);
}

static gboolean
add_operation (QuoReader *reader,
               Item      *item,
               int        op)
{
  const QuoJson *client = quo_json_get (item->json, "client");
  const QuoJson *node = quo_json_get (item->json, "node");
  QuoAction *action = add_action (reader, item, QUO_ACTION_OP);

  if (action == NULL)
    return FALSE;
  action->op = (QuoOpKind) op;
  action->key = intern_member (reader, item->json, "key", "x");
  action->value = intern_member (reader, item->json, "value", NULL);
  action->expected = intern_member (reader, item->json, "expected", NULL);
  action->client = (guint) quo_scenario_find (reader->scenario,
                                              QUO_OPERATOR_ID);
  if (client == NULL && reader->scenario->has_operator)
    action->client = reader->scenario->n_nodes
                     + reader->scenario->clients->len - 1;
  if (client != NULL && !quo_reader_client (reader, client, &action->client))
    return FALSE;
  if (node == NULL)
    return TRUE;
  action->has_node = TRUE;

  return read_one (reader, node, &action->node);
}

static gboolean
add_command (QuoReader  *reader,
             Item       *item,
             const char *id)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  int command = quo_declaration_find_command (declaration, id);
  const QuoCommandSpec *spec = &declaration->commands[command];
  QuoAction pattern = { .kind = QUO_ACTION_COMMAND, .what = (guint) command };

  for (guint i = 0; i < quo_columns_count (spec->fields, QUO_MAX_COLUMNS); i++)
    {
      const QuoColumn *column = &spec->fields[i];
      const QuoJson *value = quo_json_get (item->json, column->id);

      if (column->type == QUO_TYPE_NODE)
        pattern.args[i] = QUO_NO_NODE;
      if (value != NULL
          && !quo_reader_column (reader, column, value, &pattern.args[i]))
        return FALSE;
    }

  return add_node_actions (reader, item, &pattern);
}

static gboolean
read_named (QuoReader    *reader,
            Item         *item,
            QuoActionKind kind)
{
  QuoAction pattern = { .kind = kind };

  switch (kind)
    {
    case QUO_ACTION_PARTITION:
      return add_partition (reader, item);
    case QUO_ACTION_CUT:
    case QUO_ACTION_RESTORE:
      return add_cut (reader, item, kind);
    case QUO_ACTION_HEAL:
      return add_action (reader, item, kind) != NULL;
    case QUO_ACTION_LOSS:
      return add_loss (reader, item);
    case QUO_ACTION_DROP:
    case QUO_ACTION_DELAY:
    case QUO_ACTION_DUPLICATE:
      return add_message_action (reader, item, kind);
    case QUO_ACTION_SKEW:
      return add_skew (reader, item);
    case QUO_ACTION_SET_LINK:
      return add_set_link (reader, item);
    case QUO_ACTION_SET_OPTION:
      return add_set_option (reader, item);
    case QUO_ACTION_FIRE:
      return add_fire (reader, item);
    case QUO_ACTION_CRASH:
    case QUO_ACTION_RESTART:
    case QUO_ACTION_PAUSE:
    case QUO_ACTION_RESUME:
    case QUO_ACTION_ISOLATE:
    case QUO_ACTION_LOSE_DISK:
    case QUO_ACTION_OP:
    case QUO_ACTION_COMMAND:
    case QUO_N_ACTION_KINDS:
    default:
      return add_node_actions (reader, item, &pattern);
    }
}

static gboolean
read_item (QuoReader *reader,
           Item      *item)
{
  const char *id = quo_reader_text (item->json, "do", "");
  int op = quo_reader_enum (quo_op_names, id);

  for (guint i = 0; i < G_N_ELEMENTS (action_names); i++)
    if (strcmp (action_names[i].id, id) == 0)
      return read_named (reader, item, action_names[i].kind);

  if (op >= 0)
    return add_operation (reader, item, op);
  if (strcmp (id, "initial") == 0)
    return TRUE;

  return add_command (reader, item, id);
}

static int
compare_times (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  GArray *actions = user_data;
  const QuoAction *first = &g_array_index (actions, QuoAction, *(const guint *) a);
  const QuoAction *second = &g_array_index (actions, QuoAction, *(const guint *) b);
  QuoTime first_time = quo_distribution_quantile (first->at, 0.5);
  QuoTime second_time = quo_distribution_quantile (second->at, 0.5);

  if (first_time != second_time)
    return first_time < second_time ? -1 : 1;

  return first->script_index < second->script_index ? -1 : 1;
}

/* Each changes what the ones before it in time have left. */
static gboolean
make_option_blocks (QuoReader *reader)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  const QuoJson *script = quo_json_get (reader->scenario->root, "script");
  GArray *actions = reader->config->actions;
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree gpointer block = NULL;

  for (guint i = 0; i < actions->len; i++)
    if (g_array_index (actions, QuoAction, i).kind == QUO_ACTION_SET_OPTION)
      g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_times, actions);

  block = quo_options_copy (declaration, reader->config->options);
  for (guint i = 0; i < order->len; i++)
    {
      QuoAction *action = &g_array_index (actions, QuoAction,
                                          g_array_index (order, guint, i));
      const QuoJson *item = quo_json_nth (script, action->script_index);

      if (!quo_reader_option (reader, &declaration->options[action->what],
                              quo_json_get (item, "value"), block))
        return FALSE;
      action->options = quo_options_copy (declaration, block);
    }

  return TRUE;
}

/**
 * quo_reader_script:
 * @reader: its cluster and options are in its configuration
 *
 * Returns: whether the script is right, else the error is set
 */
gboolean
quo_reader_script (QuoReader *reader)
{
  const QuoJson *script = quo_json_get (reader->scenario->root, "script");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash,
                                                       g_int64_equal, g_free,
                                                       NULL);

  for (guint i = 0; i < quo_json_length (script); i++)
    {
      Item item = { quo_json_nth (script, i), i, 0 };
      guint64 hash = hash_value (item.json);

      /* The same twice is drawn twice. */
      while (g_hash_table_contains (seen, &hash))
        hash = quo_mix64 (hash + 1);
      g_hash_table_add (seen, g_memdup2 (&hash, sizeof hash));
      item.draw_key = hash;
      if (!read_item (reader, &item))
        return FALSE;
    }

  return make_option_blocks (reader);
}

static gboolean
read_chaos_nodes (QuoReader     *reader,
                  const QuoJson *value,
                  QuoChaos      *chaos)
{
  const QuoJson *names = quo_json_get (value, "nodes");

  if (names == NULL)
    return TRUE;

  chaos->nodes = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < quo_json_length (names); i++)
    {
      guint node;

      if (!quo_reader_node (reader, quo_json_nth (names, i), &node))
        return FALSE;
      g_array_append_val (chaos->nodes, node);
    }

  return TRUE;
}

static gboolean
read_amount (QuoReader     *reader,
             const QuoJson *value,
             QuoChaos      *chaos)
{
  const QuoJson *amount = quo_json_get (value, "amount");
  gboolean is_time = amount != NULL
                     && quo_json_kind (amount) == QUO_JSON_STRING;

  if (chaos->kind == QUO_CHAOS_SKEW)
    {
      if (amount != NULL && !is_time)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, amount,
                                _("expected a time that clocks are skewed by, "
                                  "such as “100ms”"));
      chaos->amount = (double) quo_reader_time (value, "amount",
                                                100 * QUO_MILLISECOND)
                      / (double) QUO_SECOND;
      return TRUE;
    }
  if (is_time)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, amount,
                            _("expected a share from 0 to 1"));
  chaos->amount = quo_reader_number (value, "amount", 0.5);

  return TRUE;
}

static gboolean
read_chaos (QuoReader     *reader,
            const QuoJson *value)
{
  static const char * const kinds[] = {
    "crash", "pause", "partition", "cut", "loss", "skew", "lose-disk", NULL
  };
  QuoChaos empty = { .to = QUO_TIME_NEVER };
  GArray *all = reader->config->chaos;

  g_array_append_val (all, empty);

  QuoChaos *chaos = &g_array_index (all, QuoChaos, all->len - 1);

  chaos->kind = (QuoChaosKind) quo_reader_enum (kinds, quo_reader_text (value,
                                                                        "do",
                                                                        NULL));
  chaos->rate = quo_reader_rate (value, "rate", 0);
  chaos->from = quo_reader_time (value, "from", 0);
  chaos->to = quo_reader_time (value, "to", QUO_TIME_NEVER);
  chaos->max_down = (guint) CLAMP (quo_reader_int (value, "max-down", 0), 0,
                                   QUO_MAX_NODES);
  if (chaos->to < chaos->from)
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE,
                            quo_json_get (value, "to"),
                            _("“to” is before “from”"));

  return quo_reader_latency (reader, value, "lasts", &chaos->lasts)
         && read_amount (reader, value, chaos)
         && read_chaos_nodes (reader, value, chaos);
}

/**
 * quo_reader_chaos:
 * @reader: its cluster is in its configuration
 *
 * Returns: whether the random faults are right, else the error is set
 */
gboolean
quo_reader_chaos (QuoReader *reader)
{
  const QuoJson *chaos = quo_json_get (reader->scenario->root, "chaos");

  for (guint i = 0; i < quo_json_length (chaos); i++)
    if (!read_chaos (reader, quo_json_nth (chaos, i)))
      return FALSE;

  return TRUE;
}
