/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Changing who belongs to the cluster: chapter 4 of the dissertation. One server at a
 * time by add-member and remove-member, any set by change-members, which goes through
 * a joint configuration (section 4.3).
 */

#include "raft-private.h"

#include <string.h>

/**
 * quo_raft_is_change:
 * @node: the server
 * @row: of a log
 *
 * Returns: whether the entry is a configuration
 */
gboolean
quo_raft_is_change (QuoNode      *node,
                    const gint64 *row)
{
  return row[ROW_CLIENT] == QUO_NO_NODE && row[ROW_COMMAND] > 0 &&
         *quo_node_text (node, row[ROW_COMMAND]) == '[';
}

static void
refuse_change (QuoNode          *node,
               QuoRaftObjection  objection)
{
  gint64 note[QUO_MAX_COLUMNS] = { objection };

  quo_node_note (node, NOTE_REFUSES_CHANGE, note);
}

/* Reads the configuration of the given text, or of the start when there is none.
 * An option that names a server that there is not counts for nothing, and is told. */
static void
read_members (QuoNode              *node,
              gint64                name,
              QuoRaftConfiguration *config)
{
  guint n_nodes = quo_node_n_nodes (node);

  if (name > 0 &&
      quo_raft_configuration_read (node, quo_node_text (node, name), config))
    return;

  gint64 members = quo_raft_options (node)->members;
  guint n_members = 0;

  memset (config->flags, 0, n_nodes);
  if (members <= 0)
    memset (config->flags, QUO_RAFT_VOTER, n_nodes);
  else if (!quo_raft_configuration_read_list (node, quo_node_text (node, members),
                                              QUO_RAFT_VOTER, config->flags))
    {
      refuse_change (node, QUO_RAFT_UNKNOWN_SERVER);
      memset (config->flags, QUO_RAFT_VOTER, n_nodes);
    }

  for (guint i = 0; i < n_nodes; i++)
    n_members += config->flags[i] != 0;
  config->is_joint = FALSE;
  config->is_whole = n_members == n_nodes;
}

/* Index of the latest configuration at or before an entry, 0 when there is none. */
static gint64
find_change (QuoNode       *node,
             const QuoRaft *self,
             gint64         index)
{
  for (; index > self->log.base; index--)
    if (quo_raft_is_change (node, quo_raft_log_row (&self->log, index)))
      return index;

  return 0;
}

/**
 * quo_raft_members_at:
 * @node: the server
 * @self: its memory
 * @index: of an entry, not before the snapshot's last
 *
 * Returns: the interned text of the configuration in force there, 0 when it is still
 *   that of the start
 */
gint64
quo_raft_members_at (QuoNode *node,
                     QuoRaft *self,
                     gint64   index)
{
  gint64 found = find_change (node, self, index);

  if (found > 0)
    return quo_raft_log_row (&self->log, found)[ROW_COMMAND];

  return quo_node_get (node, FIELD_SNAPSHOT_MEMBERS);
}

/* A leader begins to send to those that are new, and forgets those that are gone. */
static void
update_peers (QuoNode      *node,
              QuoRaft      *self,
              const guint8 *old_flags)
{
  gint64 next = MAX (self->log.length, 1);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      gboolean was_peer = old_flags[i] != 0;
      gboolean is_peer = self->config.flags[i] != 0;

      if (i == self->index || was_peer == is_peer)
        continue;

      quo_raft_forget_peer (&self->peers[i], quo_node_now (node));
      if (is_peer)
        {
          self->peers[i].is_probing = TRUE;
          self->peers[i].next = next;
          quo_node_set_row (node, FIELD_NEXT_INDEX, i, &next);
        }
      else
        {
          quo_node_remove_row (node, FIELD_NEXT_INDEX, i);
          quo_node_remove_row (node, FIELD_MATCH_INDEX, i);
        }
    }
}

static void
enter (QuoNode *node,
       QuoRaft *self,
       gint64   index,
       gint64   name)
{
  g_autofree guint8 *old_flags = g_memdup2 (self->config.flags, self->n_nodes);

  read_members (node, name, &self->config);
  self->config.index = index;
  if (self->role == QUO_RAFT_LEADER)
    update_peers (node, self, old_flags);

  if (index > 0 || !self->config.is_whole)
    quo_node_set (node, FIELD_MEMBERS,
                  quo_raft_configuration_name (node, &self->config));
  else
    quo_node_set (node, FIELD_MEMBERS, 0);
}

/**
 * quo_raft_adopt:
 * @node: the server
 * @self: its memory
 * @index: of an entry that is a configuration, the last of the log
 *
 * Section 4.1: "servers always use the latest configuration in their log, regardless
 * of whether the entry is committed".
 */
void
quo_raft_adopt (QuoNode *node,
                QuoRaft *self,
                gint64   index)
{
  gint64 name = quo_raft_log_row (&self->log, index)[ROW_COMMAND];
  gint64 note[QUO_MAX_COLUMNS] = { name };

  enter (node, self, index, name);
  self->n_configurations++;
  quo_node_note (node, NOTE_CONFIGURATION, note);

  /* Who was outside until now had no timer. */
  if (self->role != QUO_RAFT_LEADER &&
      quo_node_timer_left (node, TIMER_ELECTION) == QUO_TIME_NEVER)
    quo_raft_reset_election_timer (node, self);
}

/**
 * quo_raft_adopt_latest:
 * @node: the server
 * @self: its memory
 *
 * Uses the configuration that the log, as it is now, ends with: after a start, after
 * truncation, after a snapshot.
 */
void
quo_raft_adopt_latest (QuoNode *node,
                       QuoRaft *self)
{
  gint64 index = find_change (node, self, self->log.length);
  gint64 name = quo_raft_members_at (node, self, self->log.length);

  if (index == 0 && name > 0)
    index = self->log.base;
  enter (node, self, index, name);
}

/**
 * quo_raft_may_stand:
 * @node: the server
 * @self: its memory
 *
 * Section 4.2.2: a server that is not in its own latest configuration still starts
 * elections while that is not committed, for it might be needed until then.
 *
 * Returns: whether the server may stand for election
 */
gboolean
quo_raft_may_stand (QuoNode *node,
                    QuoRaft *self)
{
  if (self->config.is_whole || quo_raft_is_voter (&self->config, self->index))
    return TRUE;
  if (self->config.index <= self->commit)
    return FALSE;

  QuoRaftConfiguration before = { 0 };
  gint64 name = quo_raft_members_at (node, self, self->config.index - 1);

  quo_raft_configuration_init (&before, self->n_nodes);
  read_members (node, name, &before);

  gboolean is_voter = quo_raft_is_voter (&before, self->index);

  quo_raft_configuration_clear (&before);
  return is_voter;
}

/* Whether a change may be made now. The last condition is the correction of 2015:
 * without it two leaders' changes, each from the same old configuration, may have
 * majorities without a server in common. */
static gboolean
may_change (QuoNode *node,
            QuoRaft *self)
{
  if (self->role != QUO_RAFT_LEADER || self->transfer_to != QUO_NO_NODE)
    {
      refuse_change (node, QUO_RAFT_NOT_LEADER);
      return FALSE;
    }
  if (self->config.index > self->commit || self->config.is_joint)
    {
      refuse_change (node, QUO_RAFT_CHANGE_PENDING);
      return FALSE;
    }
  if (quo_raft_log_term (&self->log, self->commit) != self->term &&
      !quo_node_has_fault (node, FAULT_CHANGE_BEFORE_OWN_ENTRY))
    {
      refuse_change (node, QUO_RAFT_NO_OWN_ENTRY);
      return FALSE;
    }

  return TRUE;
}

/* The set that change-members names, beside the present one. */
static gboolean
put_new_members (QuoNode *node,
                 QuoRaft *self,
                 gint64   names,
                 guint8  *flags)
{
  if (!quo_raft_configuration_read_list (node, quo_node_text (node, names),
                                         QUO_RAFT_VOTER_NEW, flags))
    {
      refuse_change (node, QUO_RAFT_UNKNOWN_SERVER);
      return FALSE;
    }

  for (guint i = 0; i < self->n_nodes; i++)
    {
      if (flags[i] & QUO_RAFT_VOTER_NEW)
        flags[i] &= (guint8) ~QUO_RAFT_LEARNER;
      if (quo_node_has_fault (node, FAULT_CHANGE_WITHOUT_JOINT))
        flags[i] = flags[i] & QUO_RAFT_VOTER_NEW ? QUO_RAFT_VOTER : 0;
    }

  return TRUE;
}

static gboolean
has_voter (const guint8 *flags,
           guint         n_nodes)
{
  for (guint i = 0; i < n_nodes; i++)
    if (flags[i] & QUO_RAFT_VOTER)
      return TRUE;

  return FALSE;
}

/* Puts what is asked for into the flags; FALSE when it cannot be done. */
static gboolean
put_change (QuoNode *node,
            QuoRaft *self,
            guint    what,
            gint64   arg,
            guint8  *flags)
{
  if (what == COMMAND_CHANGE_MEMBERS)
    return put_new_members (node, self, arg, flags);

  if (arg < 0 || arg >= self->n_nodes)
    {
      refuse_change (node, QUO_RAFT_UNKNOWN_SERVER);
      return FALSE;
    }

  switch (what)
    {
    case COMMAND_ADD_LEARNER:
      flags[arg] = flags[arg] == 0 ? QUO_RAFT_LEARNER : flags[arg];
      break;
    case COMMAND_ADD_MEMBER:
      flags[arg] = QUO_RAFT_VOTER;
      break;
    default:
      flags[arg] = 0;
      break;
    }

  return TRUE;
}

/**
 * quo_raft_change:
 * @node: the server told to
 * @self: its memory
 * @what: command of the script
 * @args: its values: a server, or the interned names of several
 *
 * Appends a configuration, if the rules allow one now; else says why not.
 */
void
quo_raft_change (QuoNode      *node,
                 QuoRaft      *self,
                 guint         what,
                 const gint64 *args)
{
  if (!may_change (node, self))
    return;

  g_autofree guint8 *flags = g_memdup2 (self->config.flags, self->n_nodes);

  if (!put_change (node, self, what, args[0], flags))
    return;
  if (!has_voter (flags, self->n_nodes) ||
      memcmp (flags, self->config.flags, self->n_nodes) == 0)
    {
      refuse_change (node, QUO_RAFT_NO_CHANGE);
      return;
    }

  QuoRaftConfiguration next = { .flags = flags };

  quo_raft_leader_append (node, self, quo_raft_configuration_name (node, &next),
                          QUO_NO_NODE, 0);
}

/**
 * quo_raft_change_progress:
 * @node: the leader
 * @self: its memory
 *
 * To be called when something was committed. Section 4.3: once the joint
 * configuration is committed the leader appends the new one alone; section 4.2.2: a
 * leader that is not in the new one steps down once that is committed.
 */
void
quo_raft_change_progress (QuoNode *node,
                          QuoRaft *self)
{
  if (self->role != QUO_RAFT_LEADER || self->config.is_whole ||
      self->config.index > self->commit)
    return;

  if (self->config.is_joint)
    {
      g_autofree guint8 *flags = g_memdup2 (self->config.flags, self->n_nodes);
      QuoRaftConfiguration next = { .flags = flags };

      for (guint i = 0; i < self->n_nodes; i++)
        flags[i] = flags[i] & QUO_RAFT_VOTER_NEW ? QUO_RAFT_VOTER
                                                 : flags[i] & QUO_RAFT_LEARNER;
      quo_raft_leader_append (node, self, quo_raft_configuration_name (node, &next),
                              QUO_NO_NODE, 0);
      return;
    }

  if (quo_raft_is_voter (&self->config, self->index))
    return;

  /* The others learn what is committed before it goes. */
  quo_raft_broadcast (node, self);
  quo_raft_become_follower (node, self, QUO_RAFT_REMOVED);
}
