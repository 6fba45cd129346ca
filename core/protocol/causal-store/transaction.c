/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * COPS-GT's get-transactions: section 4.6 and figure 7 of the paper.
 *
 * The first round reads the latest version of each key. If one of them depends on a
 * later version of another than was read, that version is fetched in the second
 * round: it is there, for what is visible has all that it depends on visible, and
 * it depends on nothing that the others do not. Nobody waits and nothing is locked.
 */

#include "protocol/causal-store/causal-private.h"

/* A transaction that was too slow this many times is given back to its client. */
#define ATTEMPTS_MAX 4

static void
item_clear (gpointer item)
{
  QuoCausalItem *self = item;

  g_clear_pointer (&self->deps, g_array_unref);
}

/**
 * quo_causal_items_new:
 *
 * Returns: (transfer full): a list of #QuoCausalItem, empty
 */
GArray *
quo_causal_items_new (void)
{
  GArray *items = g_array_new (FALSE, TRUE, sizeof (QuoCausalItem));

  g_array_set_clear_func (items, item_clear);

  return items;
}

/**
 * quo_causal_add_item:
 * @request: a read or a transaction
 * @key: (interned): a key to be read; once, however often it is named
 */
void
quo_causal_add_item (QuoCausalRequest *request,
                     gint64            key)
{
  QuoCausalItem item = { .key = key };

  for (guint i = 0; i < request->items->len; i++)
    if (g_array_index (request->items, QuoCausalItem, i).key == key)
      return;

  g_array_append_val (request->items, item);
}

/**
 * quo_causal_parse_keys:
 * @node: a front end
 * @request: a transaction whose key is a list of keys, with spaces or commas
 *   between
 *
 * Returns: whether there are as many as a transaction may read, and at least one
 */
gboolean
quo_causal_parse_keys (QuoNode          *node,
                       QuoCausalRequest *request)
{
  g_auto (GStrv) words = g_strsplit_set (quo_node_text (node, request->key), " ,", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      quo_causal_add_item (request, quo_node_intern (node, words[i]));

  return request->items->len > 0 && request->items->len <= QUO_CAUSAL_KEYS_MAX;
}

/**
 * quo_causal_transaction_begin:
 * @node: a front end
 * @self: its memory
 * @session: of a client whose transaction begins, or begins anew
 */
void
quo_causal_transaction_begin (QuoNode          *node,
                              QuoCausal        *self,
                              QuoCausalSession *session)
{
  QuoCausalRequest *request = session->request;

  if (request->n_begun++ >= ATTEMPTS_MAX)
    {
      quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
      return;
    }
  if (request->n_begun > 1)
    quo_node_note (node, NOTE_RESTARTED, NULL);
  request->id = ++self->next_request;
  request->round++;
  request->n_rounds = 1;
  for (guint i = 0; i < request->items->len; i++)
    {
      QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);

      item->is_answered = FALSE;
      item->version = 0;
      item->wanted = 0;
    }
  quo_node_wake_after (node, TIMER_TRANSACTION,
                       quo_causal_options (node)->transaction_time, request->id);
  quo_causal_ask_items (node, self, session);
}

/**
 * quo_causal_transaction_late:
 * @node: a front end
 * @self: its memory
 * @request: whose time is over: what it read first may go with versions that are
 *   kept no more
 */
void
quo_causal_transaction_late (QuoNode   *node,
                             QuoCausal *self,
                             gint64     request)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      QuoCausalSession *session = g_ptr_array_index (self->sessions, i);

      if (session->request == NULL || session->request->id != request
          || session->request->kind != QUO_OP_TRANSACTION)
        continue;
      quo_causal_transaction_begin (node, self, session);
      return;
    }
}

/* The causally correct version: the newest that was read or that another depends
 * on. */
static QuoCausalVersion
correct_version (const QuoCausalRequest *request,
                 const QuoCausalItem    *item)
{
  QuoCausalVersion version = item->version;

  for (guint i = 0; i < request->items->len; i++)
    {
      const GArray *deps = g_array_index (request->items, QuoCausalItem, i).deps;

      for (guint k = 0; deps != NULL && k < deps->len; k++)
        {
          const QuoCausalDep *dep = &g_array_index (deps, QuoCausalDep, k);

          if (dep->key == item->key)
            version = MAX (version, dep->version);
        }
    }

  return version;
}

static char *
describe (QuoNode                *node,
          const QuoCausalRequest *request)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < request->items->len; i++)
    {
      const QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);

      g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "",
                              quo_node_text (node, item->key),
                              item->version != 0 ? quo_node_text (node, item->value)
                                                 : "-");
    }

  return g_string_free (text, FALSE);
}

static QuoCausalFact *
tell (QuoCausal              *self,
      QuoCausalFactKind       kind,
      const QuoCausalRequest *request)
{
  QuoCausalFact *fact = quo_causal_tell (self, kind);

  fact->client = request->client;
  fact->serial = request->serial;

  return fact;
}

static void
end (QuoNode          *node,
     QuoCausal        *self,
     QuoCausalSession *session)
{
  QuoCausalRequest *request = session->request;
  g_autofree char *text = describe (node, request);
  gboolean is_forgotten = quo_node_has_fault (node, FAULT_FORGET_READS);

  for (guint i = 0; i < request->items->len; i++)
    {
      const QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);

      if (is_forgotten || quo_causal_depend (node, self, session, item->key,
                                             item->version, item->deps))
        continue;
      quo_causal_answer (node, self, session, QUO_STATUS_BUSY, 0);
      return;
    }
  for (guint i = 0; i < request->items->len; i++)
    {
      const QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);
      QuoCausalFact *fact = tell (self, FACT_ITEM, request);

      fact->key = item->key;
      fact->version = item->version;
    }
  tell (self, FACT_SNAPSHOT, request)->number = request->n_rounds;
  quo_causal_answer (node, self, session, QUO_STATUS_OK,
                     quo_node_intern (node, text));
}

/* Says what the second round has to fetch. */
static gboolean
plan_second_round (QuoNode          *node,
                   QuoCausalRequest *request)
{
  gboolean is_needed = FALSE;

  for (guint i = 0; i < request->items->len; i++)
    {
      QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);
      QuoCausalVersion correct = correct_version (request, item);
      const gint64 note[] = { item->key, quo_causal_counter (correct) };

      item->wanted = correct > item->version ? correct : 0;
      if (item->wanted == 0)
        continue;
      is_needed = TRUE;
      quo_node_note (node, NOTE_SECOND_ROUND, note);
    }

  return is_needed;
}

/**
 * quo_causal_transaction_round:
 * @node: a front end
 * @self: its memory
 * @session: of a client whose transaction has got an answer
 */
void
quo_causal_transaction_round (QuoNode          *node,
                              QuoCausal        *self,
                              QuoCausalSession *session)
{
  QuoCausalRequest *request = session->request;

  for (guint i = 0; i < request->items->len; i++)
    if (!g_array_index (request->items, QuoCausalItem, i).is_answered)
      return;

  if (request->n_rounds == 1 && !quo_node_has_fault (node, FAULT_ONE_ROUND)
      && plan_second_round (node, request))
    {
      request->n_rounds = 2;
      request->round++;
      request->sent_at = quo_node_now (node);
      for (guint i = 0; i < request->items->len; i++)
        {
          QuoCausalItem *item = &g_array_index (request->items, QuoCausalItem, i);

          item->is_answered = item->wanted == 0;
        }
      quo_causal_ask_items (node, self, session);
      return;
    }
  end (node, self, session);
}
