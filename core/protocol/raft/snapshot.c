/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Log compaction and InstallSnapshot: figure 13, section 7; chapter 5 of the
 * dissertation. A snapshot is the store and the sessions after an entry, the entry's
 * index and term, and the configuration in force there. It travels in one piece.
 */

#include "raft-private.h"

#include <string.h>

enum
{
  INSTALL_TERM,
  INSTALL_LAST_INDEX,
  INSTALL_LAST_TERM,
  INSTALL_MEMBERS,
  INSTALL_DIGEST,
  INSTALL_ROUND,
  N_INSTALL_FIELDS
};

enum
{
  REPLY_TERM,
  REPLY_INDEX,
  REPLY_ROUND,
  N_REPLY_FIELDS
};

/* A row of the snapshot: a key and its value, or a reply that a client may ask for
 * again; the latter has a client, and the reply's status for a key. */
enum
{
  STATE_CLIENT,
  STATE_SERIAL,
  STATE_KEY,
  STATE_VALUE,
  STATE_WIDTH
};

/* Heartbeats until a snapshot that was not answered is sent again. */
#define PATIENCE 4

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const gint64 *one = a;
  const gint64 *two = b;

  return (one[STATE_KEY] > two[STATE_KEY]) - (one[STATE_KEY] < two[STATE_KEY]);
}

static GArray *
gather_store (const QuoRaftMap *store)
{
  GArray *rows = g_array_new (FALSE, FALSE, STATE_WIDTH * sizeof (gint64));

  for (guint i = 0; store->slots != NULL && i <= store->mask; i++)
    if (store->slots[2 * i] != 0)
      {
        gint64 row[STATE_WIDTH] = {
          [STATE_CLIENT] = QUO_NO_NODE,
          [STATE_KEY] = store->slots[2 * i] - 1,
          [STATE_VALUE] = store->slots[2 * i + 1],
        };

        g_array_append_val (rows, row);
      }

  /* The order of slots is not one to show or to send. */
  g_array_sort (rows, compare_keys);
  return rows;
}

static void
gather_sessions (QuoNode       *node,
                 const QuoRaft *self,
                 GArray        *rows)
{
  for (guint i = 0; i < self->n_sessions; i++)
    for (guint j = 0; self->sessions[i] != NULL && j < QUO_RAFT_WINDOW; j++)
      {
        const QuoRaftReply *reply = &self->sessions[i]->replies[j];
        const char *status = quo_status_names[reply->status];
        gint64 row[STATE_WIDTH] = {
          [STATE_CLIENT] = self->n_nodes + i,
          [STATE_SERIAL] = reply->serial,
          [STATE_KEY] = reply->serial > 0 ? quo_node_intern (node, status) : 0,
          [STATE_VALUE] = reply->value,
        };

        if (reply->serial > 0)
          g_array_append_val (rows, row);
      }
}

/* Writes the rows that are not on the disk yet. */
static void
write_rows (QuoNode      *node,
            const gint64 *rows,
            guint         n_rows)
{
  const QuoTable *table = quo_node_table (node, FIELD_SNAPSHOT);

  if (quo_table_n_rows (table) > n_rows)
    quo_node_truncate (node, FIELD_SNAPSHOT, (gint64) n_rows + 1);

  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 *row = rows + i * STATE_WIDTH;
      const gint64 *old = quo_table_get (table, (gint64) i + 1);

      if (old == NULL || memcmp (old, row, STATE_WIDTH * sizeof (gint64)) != 0)
        quo_node_set_row (node, FIELD_SNAPSHOT, (gint64) i + 1, row);
    }
}

static void
write_head (QuoNode *node,
            gint64   index,
            gint64   term,
            gint64   members,
            guint64  digest)
{
  quo_node_set (node, FIELD_SNAPSHOT_INDEX, index);
  quo_node_set (node, FIELD_SNAPSHOT_TERM, term);
  quo_node_set (node, FIELD_SNAPSHOT_MEMBERS, members);
  quo_node_set (node, FIELD_SNAPSHOT_DIGEST, (gint64) digest);
}

static void
restore_reply (QuoNode      *node,
               QuoRaft      *self,
               const gint64 *row)
{
  QuoRaftReply *reply = quo_raft_session (self, row[STATE_CLIENT],
                                          row[STATE_SERIAL]);
  const char *status = quo_node_text (node, row[STATE_KEY]);

  if (reply == NULL || quo_node_has_fault (node, FAULT_SNAPSHOT_WITHOUT_SESSIONS))
    return;

  reply->serial = row[STATE_SERIAL];
  reply->value = row[STATE_VALUE];
  reply->status = g_str_equal (status, quo_status_names[QUO_STATUS_FAILED])
                    ? QUO_STATUS_FAILED : QUO_STATUS_OK;
}

/* The state machine is as the snapshot on the disk says. */
static void
restore_state (QuoNode *node,
               QuoRaft *self)
{
  const QuoTable *table = quo_node_table (node, FIELD_SNAPSHOT);

  quo_raft_map_clear (&self->store);
  quo_node_clear_rows (node, FIELD_STORE);
  self->state_hash = 0;
  for (guint i = 0; i < self->n_sessions; i++)
    g_clear_pointer (&self->sessions[i], g_free);

  for (guint i = 0; i < quo_table_n_rows (table); i++)
    {
      const gint64 *row = quo_table_nth (table, i, NULL);

      if (row[STATE_CLIENT] == QUO_NO_NODE)
        quo_raft_store (node, self, row[STATE_KEY], row[STATE_VALUE]);
      else
        restore_reply (node, self, row);
    }

  self->commit = quo_node_get (node, FIELD_SNAPSHOT_INDEX);
  self->applied = self->commit;
  quo_node_set (node, FIELD_COMMIT_INDEX, self->commit);
  quo_node_set (node, FIELD_LAST_APPLIED, self->applied);
}

/**
 * quo_raft_snapshot_load:
 * @node: the server, at a start
 * @self: its memory; nothing but zeroes
 *
 * Begins with the snapshot on the disk, if there is one: the state machine, and the
 * base of the log that is to be read next.
 */
void
quo_raft_snapshot_load (QuoNode *node,
                        QuoRaft *self)
{
  if (quo_node_get (node, FIELD_SNAPSHOT_INDEX) <= 0)
    return;

  self->log.base = quo_node_get (node, FIELD_SNAPSHOT_INDEX);
  self->log.base_term = quo_node_get (node, FIELD_SNAPSHOT_TERM);
  self->log.base_hash = (guint64) quo_node_get (node, FIELD_SNAPSHOT_DIGEST);
  self->log.length = self->log.base;
  restore_state (node, self);
}

/**
 * quo_raft_snapshot_consider:
 * @node: the server
 * @self: its memory
 *
 * To be called when entries were executed: plans a snapshot when enough were.
 */
void
quo_raft_snapshot_consider (QuoNode *node,
                            QuoRaft *self)
{
  gint64 n_entries = quo_raft_options (node)->snapshot_entries;

  if (n_entries <= 0 || self->is_snapshot_due ||
      self->applied - self->log.base < n_entries)
    return;

  self->is_snapshot_due = TRUE;
  quo_node_set_timer (node, TIMER_SNAPSHOT, 0);
}

/**
 * quo_raft_snapshot_take:
 * @node: the server
 * @self: its memory
 *
 * Puts a snapshot in the place of all entries executed. Snapshot and shorter log get
 * to the disk with one write: a crash finds both or neither.
 */
void
quo_raft_snapshot_take (QuoNode *node,
                        QuoRaft *self)
{
  gint64 index = self->applied;
  gint64 note[QUO_MAX_COLUMNS] = { index };

  self->is_snapshot_due = FALSE;
  if (index <= self->log.base || index > self->log.length)
    return;

  gint64 term = quo_raft_log_term (&self->log, index);
  guint64 digest = quo_raft_log_hash (&self->log, index);
  gint64 members = quo_raft_members_at (node, self, index);
  g_autoptr (GArray) rows = gather_store (&self->store);

  if (quo_raft_options (node)->has_sessions)
    gather_sessions (node, self, rows);
  write_rows (node, (const gint64 *) rows->data, rows->len);
  write_head (node, index, term, members, digest);
  quo_raft_log_replace (node, &self->log, index, term, digest, TRUE);
  self->n_snapshots++;
  quo_node_note (node, NOTE_SNAPSHOT, note);
  quo_node_sync (node, WRITE_SNAPSHOT, quo_raft_sync_token (self));
}

/* Something for a server to hear and to answer while it is not sent the snapshot. */
static void
send_sign_of_life (QuoNode *node,
                   QuoRaft *self,
                   guint    to)
{
  const gint64 fields[] = { self->term, 0, 0, self->commit, self->round };

  quo_node_send (node, to, MESSAGE_APPEND_ENTRIES, fields);
}

static gboolean
is_due (QuoNode           *node,
        const QuoRaftPeer *peer)
{
  const QuoRaftOptions *options = quo_raft_options (node);
  QuoTime now = quo_node_now (node);

  if (now - peer->heard_at > options->election_timeout.high)
    return FALSE;

  return peer->installing == 0 || now - peer->installing_since >=
                                    PATIENCE * options->heartbeat_interval;
}

/**
 * quo_raft_snapshot_send:
 * @node: the leader
 * @self: its memory
 * @to: a server that lacks entries which are not in the leader's log any more
 *
 * Sends the snapshot, unless one may still be on its way or nothing was heard of the
 * server for an election timeout.
 */
void
quo_raft_snapshot_send (QuoNode *node,
                        QuoRaft *self,
                        guint    to)
{
  QuoRaftPeer *peer = &self->peers[to];
  const QuoTable *table = quo_node_table (node, FIELD_SNAPSHOT);
  g_autoptr (GArray) rows = NULL;

  peer->is_probing = TRUE;
  peer->is_awaited = TRUE;
  if (!is_due (node, peer))
    {
      send_sign_of_life (node, self, to);
      return;
    }

  gint64 fields[N_INSTALL_FIELDS] = {
    [INSTALL_TERM] = self->term,
    [INSTALL_LAST_INDEX] = self->log.base,
    [INSTALL_LAST_TERM] = self->log.base_term,
    [INSTALL_MEMBERS] = quo_node_get (node, FIELD_SNAPSHOT_MEMBERS),
    [INSTALL_DIGEST] = (gint64) self->log.base_hash,
    [INSTALL_ROUND] = self->round,
  };

  rows = g_array_new (FALSE, FALSE, STATE_WIDTH * sizeof (gint64));
  for (guint i = 0; i < quo_table_n_rows (table); i++)
    g_array_append_vals (rows, quo_table_nth (table, i, NULL), 1);

  peer->installing = self->log.base;
  peer->installing_since = quo_node_now (node);
  quo_node_send_rows (node, to, MESSAGE_INSTALL_SNAPSHOT, fields,
                      (const gint64 *) rows->data, rows->len);
}

static void
reply (QuoNode *node,
       QuoRaft *self,
       guint    to,
       gint64   index)
{
  const gint64 fields[N_REPLY_FIELDS] = {
    [REPLY_TERM] = self->term,
    [REPLY_INDEX] = index,
    [REPLY_ROUND] = self->seen_round,
  };

  quo_node_send (node, to, MESSAGE_INSTALL_SNAPSHOT_REPLY, fields);
}

/**
 * quo_raft_snapshot_synced:
 * @node: the server
 * @self: its memory
 * @token: of the sync
 *
 * A snapshot is on disk, and the log with it.
 */
void
quo_raft_snapshot_synced (QuoNode *node,
                          QuoRaft *self,
                          gint64   token)
{
  if (!quo_raft_note_synced (self, token))
    return;

  if (self->role == QUO_RAFT_LEADER)
    quo_raft_advance_commit (node, self);
  else if (self->leader != QUO_NO_NODE && self->installing > 0 &&
           self->installing <= self->synced_index)
    {
      reply (node, self, (guint) self->leader,
             MIN (self->verified, self->synced_index));
      self->installing = 0;
    }
}

/* Figure 13, receiver implementation, 5 to 8. */
static void
install (QuoNode          *node,
         QuoRaft          *self,
         const QuoMessage *message)
{
  gint64 index = message->fields[INSTALL_LAST_INDEX];
  gint64 term = message->fields[INSTALL_LAST_TERM];
  guint64 digest = (guint64) message->fields[INSTALL_DIGEST];
  gint64 note[QUO_MAX_COLUMNS] = { index };
  gboolean keeps_rest = index <= self->log.length &&
                        (quo_raft_log_term (&self->log, index) == term ||
                         quo_node_has_fault (node, FAULT_SNAPSHOT_KEEPS_CONFLICT));

  write_rows (node, message->rows, message->n_rows);
  write_head (node, index, term, message->fields[INSTALL_MEMBERS], digest);
  quo_raft_log_replace (node, &self->log, index, term, digest, keeps_rest);
  if (!keeps_rest)
    {
      self->truncations++;
      self->synced_index = 0;
      self->verified = 0;
    }
  self->verified = MAX (self->verified, index);

  restore_state (node, self);
  quo_raft_adopt_latest (node, self);
  self->installing = index;
  self->n_installed++;
  quo_node_note (node, NOTE_INSTALLS, note);
  quo_node_sync (node, WRITE_SNAPSHOT, quo_raft_sync_token (self));
}

/**
 * quo_raft_on_install_snapshot:
 * @node: the follower
 * @self: its memory
 * @message: InstallSnapshot
 */
void
quo_raft_on_install_snapshot (QuoNode          *node,
                              QuoRaft          *self,
                              const QuoMessage *message)
{
  gint64 index = message->fields[INSTALL_LAST_INDEX];

  quo_raft_see_term (node, self, message->fields[INSTALL_TERM]);
  if (message->fields[INSTALL_TERM] < self->term)
    {
      reply (node, self, message->from, 0);
      return;
    }
  if (self->role == QUO_RAFT_LEADER)
    return;

  quo_raft_hear_leader (node, self, message->from, message->fields[INSTALL_ROUND]);

  /* What is committed here stands for it; to go back would undo what was executed. */
  if (index <= self->commit &&
      !quo_node_has_fault (node, FAULT_INSTALL_OLD_SNAPSHOT))
    {
      self->verified = MAX (self->verified, index);
      reply (node, self, message->from, MIN (index, self->synced_index));
      return;
    }

  install (node, self, message);
}

/**
 * quo_raft_on_install_reply:
 * @node: the leader
 * @self: its memory
 * @message: InstallSnapshotReply
 */
void
quo_raft_on_install_reply (QuoNode          *node,
                           QuoRaft          *self,
                           const QuoMessage *message)
{
  const gint64 *fields = message->fields;

  quo_raft_see_term (node, self, fields[REPLY_TERM]);
  if (self->role != QUO_RAFT_LEADER || fields[REPLY_TERM] != self->term ||
      !quo_raft_is_peer (self, message->from))
    return;

  self->peers[message->from].heard_at = quo_node_now (node);
  self->peers[message->from].round = MAX (self->peers[message->from].round,
                                          fields[REPLY_ROUND]);
  quo_raft_match (node, self, message->from, fields[REPLY_INDEX]);

  if (self->role == QUO_RAFT_LEADER)
    quo_raft_reads_progress (node, self);
}
