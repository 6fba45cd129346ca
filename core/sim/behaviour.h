/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a protocol does, and what the engine gives it to do it with.
 *
 * A protocol sees its own node through QuoNode: its clock, its timers, its disk,
 * its messages. It never sees another node's memory, the true time or the future.
 * What looks at the whole cluster, invariants and measures, gets a QuoCluster and
 * cannot act.
 */

#include "sim/declaration.h"
#include "sim/table.h"

G_BEGIN_DECLS

typedef struct _QuoNode    QuoNode;
typedef struct _QuoCluster QuoCluster;

typedef struct
{
  guint         kind;
  guint         from;
  guint         n_rows;
  gint64        fields[QUO_MAX_MESSAGE_FIELDS];
  const gint64 *rows; /* n_rows times the declared columns; for this call only */
} QuoMessage;

typedef struct
{
  guint     client; /* participant */
  gint64    serial; /* of this client's operations, from 1 */
  QuoOpKind kind;
  gint64    key;      /* interned */
  gint64    value;    /* interned */
  gint64    expected; /* interned, of a compare-and-set */
  gint64    context;  /* interned: what the client's latest answer about this
                       * key gave it; 0 without one, or without has_context */
} QuoOp;

typedef struct
{
  gsize state_size; /* of a node's memory: zeroed before start and restart */
  gsize ghost_size; /* of what invariants and measures remember */
  guint n_dice;     /* purposes of random draws; 0: all 8. Fewer make nodes smaller */

  /* The fields hold what the scenario's "initial" or the disk has. */
  void (*start)       (QuoNode *node, gpointer state);
  void (*restart)     (QuoNode *node, gpointer state);
  void (*receive)     (QuoNode *node, gpointer state, const QuoMessage *message);
  void (*timeout)     (QuoNode *node, gpointer state, guint timer, gint64 arg);
  void (*request)     (QuoNode *node, gpointer state, const QuoOp *op);
  void (*synced)      (QuoNode *node, gpointer state, guint write, gint64 token);
  void (*command)     (QuoNode *node, gpointer state, guint command,
                       const gint64 *args);
  /* Frees what the state owns; the memory itself is the engine's. */
  void (*clear)       (gpointer state);

  void (*check)       (QuoCluster *cluster, gpointer ghost, guint node);
  void (*finish)      (QuoCluster *cluster, gpointer ghost);
  void (*clear_ghost) (gpointer ghost);
} QuoBehaviour;

/* The node and its neighbours. */
guint           quo_node_index         (const QuoNode *self);
guint           quo_node_n_nodes       (const QuoNode *self);
guint           quo_node_n_neighbours  (const QuoNode *self);
guint           quo_node_neighbour     (const QuoNode *self,
                                        guint          nth);
/* The scenario's regions; 0 for all without them. */
guint           quo_node_region        (const QuoNode *self,
                                        guint          participant);
gconstpointer   quo_node_options       (const QuoNode *self);
gboolean        quo_node_has_fault     (const QuoNode *self,
                                        guint          fault);
gint64          quo_node_intern        (QuoNode       *self,
                                        const char    *text);
const char     *quo_node_text          (QuoNode       *self,
                                        gint64         name);
/* For texts that people read; until the fourth next call on this thread. */
const char     *quo_node_label         (const QuoNode *self,
                                        guint          participant);

/* Time: the node's own clock, with its offset and drift. */
QuoTime         quo_node_now           (const QuoNode *self);
void            quo_node_set_timer     (QuoNode       *self,
                                        guint          timer,
                                        QuoTime        delay);
void            quo_node_cancel_timer  (QuoNode       *self,
                                        guint          timer);
QuoTime         quo_node_timer_left    (QuoNode       *self,
                                        guint          timer);
/* A deadline for a QUO_TYPE_TIME field: the true time at which a timer set now
 * will fire. Only for showing. */
QuoTime         quo_node_deadline      (const QuoNode *self,
                                        QuoTime        delay);
void            quo_node_wake_after    (QuoNode       *self,
                                        guint          timer,
                                        QuoTime        delay,
                                        gint64         arg);

/* Chance: one stream for each purpose, so that no draw moves another's. */
guint64         quo_node_random        (QuoNode       *self,
                                        guint          purpose);
guint64         quo_node_random_below  (QuoNode       *self,
                                        guint          purpose,
                                        guint64        bound);
double          quo_node_random_unit   (QuoNode       *self,
                                        guint          purpose);

/* Messages. */
void            quo_node_send          (QuoNode       *self,
                                        guint          to,
                                        guint          message,
                                        const gint64  *fields);
void            quo_node_send_rows     (QuoNode       *self,
                                        guint          to,
                                        guint          message,
                                        const gint64  *fields,
                                        const gint64  *rows,
                                        guint          n_rows);
void            quo_node_reply         (QuoNode       *self,
                                        guint          client,
                                        gint64         serial,
                                        QuoStatus      status,
                                        gint64         value);
/* For protocols that declare has_context. */
void            quo_node_reply_with_context (QuoNode   *self,
                                             guint      client,
                                             gint64     serial,
                                             QuoStatus  status,
                                             gint64     value,
                                             gint64     context);
void            quo_node_redirect      (QuoNode       *self,
                                        guint          client,
                                        gint64         serial,
                                        int            to);

/* Fields: what others see of the node; the durable ones are its disk. */
void            quo_node_set           (QuoNode       *self,
                                        guint          field,
                                        gint64         value);
gint64          quo_node_get           (const QuoNode *self,
                                        guint          field);
void            quo_node_set_row       (QuoNode       *self,
                                        guint          field,
                                        gint64         key,
                                        const gint64  *columns);
void            quo_node_remove_row    (QuoNode       *self,
                                        guint          field,
                                        gint64         key);
void            quo_node_truncate      (QuoNode       *self,
                                        guint          field,
                                        gint64         key);
void            quo_node_clear_rows    (QuoNode       *self,
                                        guint          field);
/* Only of durable fields: NULL for the others. */
const QuoTable *quo_node_table         (QuoNode       *self,
                                        guint          field);
void            quo_node_sync          (QuoNode       *self,
                                        guint          write,
                                        gint64         token);
void            quo_node_note          (QuoNode       *self,
                                        guint          note,
                                        const gint64  *fields);

/* The whole cluster, to look at. */
guint           quo_cluster_n_nodes    (const QuoCluster *self);
QuoTime         quo_cluster_now        (const QuoCluster *self);
gconstpointer   quo_cluster_options    (const QuoCluster *self);
gboolean        quo_cluster_has_fault  (const QuoCluster *self,
                                        guint             fault);
gconstpointer   quo_cluster_state      (const QuoCluster *self,
                                        guint             node);
gboolean        quo_cluster_is_up      (const QuoCluster *self,
                                        guint             node);
gint64          quo_cluster_field      (const QuoCluster *self,
                                        guint             node,
                                        guint             field);
const char     *quo_cluster_text       (const QuoCluster *self,
                                        gint64            name);
const char     *quo_cluster_label      (const QuoCluster *self,
                                        guint             participant);
guint64         quo_cluster_n_sent     (const QuoCluster *self,
                                        guint             message);
guint64         quo_cluster_n_syncs    (const QuoCluster *self,
                                        guint             write);
void            quo_cluster_sample     (QuoCluster       *self,
                                        guint             measure,
                                        double            value);
void            quo_cluster_violate    (QuoCluster       *self,
                                        guint             invariant,
                                        const char       *format,
                                        ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
