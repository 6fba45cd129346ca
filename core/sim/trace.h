/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What happened, in order: a columnar, append-only record.
 *
 * An event has a time, a kind, a participant, the index of the event that
 * caused it and a payload: the kind's own values, then the changes of the
 * participant's fields up to the next event. Participants are the nodes,
 * 0 .. n_nodes - 1, and after them the clients.
 */

#include "base/names.h"
#include "sim/declaration.h"

G_BEGIN_DECLS

#define QUO_NO_EVENT         G_MAXUINT32
/* The timer of a client that waits for a reply. */
#define QUO_TIMER_REQUEST    255
#define QUO_TRACE_MAX_EVENTS (G_MAXUINT32 - 1)

typedef enum
{
  QUO_EVENT_START,     /* a step: the node starts for the first time */
  QUO_EVENT_SEND,      /* cause: the step; peer: its delivery or loss */
  QUO_EVENT_DELIVER,   /* a step; cause: the send */
  QUO_EVENT_LOSE,      /* cause: the send; participant: the receiver */
  QUO_EVENT_TIMEOUT,   /* a step; cause: the event that set the timer */
  QUO_EVENT_SYNC,      /* a step: a durable write is on disk */
  QUO_EVENT_COMMAND,   /* a step: a protocol's own action */
  QUO_EVENT_CRASH,
  QUO_EVENT_RESTART,   /* a step */
  QUO_EVENT_PAUSE,
  QUO_EVENT_RESUME,
  QUO_EVENT_LINKS,     /* the network's cuts change */
  QUO_EVENT_ACTION,    /* an action of the script comes due */
  QUO_EVENT_INVOKE,    /* a client begins an operation; peer: its return */
  QUO_EVENT_RETURN,    /* cause: the reply's delivery or the time-out */
  QUO_EVENT_NOTE,      /* cause: the step */
  QUO_EVENT_VIOLATION, /* an invariant does not hold after the step */
  QUO_EVENT_SKEW,      /* a clock jumps, or drifts from now on */
  QUO_EVENT_DISK_LOST, /* the node is down and its disk empty */
  QUO_EVENT_FALLBACK,  /* a client's answer that is not the one it asked for;
                        * cause: the time-out or the delivery; its return is
                        * next, with this as its cause */
  QUO_N_EVENT_KINDS
} QuoEventKind;

typedef enum
{
  QUO_LOSS_LOST,    /* the network's own loss */
  QUO_LOSS_CUT,     /* the link is cut */
  QUO_LOSS_DOWN,    /* the receiver is down */
  QUO_LOSS_DROPPED, /* dropped by hand */
  QUO_N_LOSSES
} QuoLoss;

typedef enum
{
  QUO_LINKS_PARTITION, /* only nodes of one group reach each other */
  QUO_LINKS_CUT,       /* one direction of one link */
  QUO_LINKS_RESTORE,
  QUO_LINKS_HEAL,      /* no partition and no cut any more */
  QUO_LINKS_LOSS       /* a share of all messages is lost; 0: no more */
} QuoLinksChange;

typedef struct _QuoTrace QuoTrace;

/* An event with the values of its kind, decoded. */
typedef struct
{
  QuoTime      time;
  QuoEventKind kind;
  guint        node;     /* participant; G_MAXUINT for none */
  guint32      index;
  guint32      cause;    /* QUO_NO_EVENT: nothing but the scenario */
  guint32      peer;     /* see QuoEventKind; QUO_NO_EVENT: not yet, never */
  guint        what;     /* message, timer, write, note, command, loss,
                          * invariant, operation kind, status, fallback, links
                          * change or script action, by kind */
  guint        to;       /* SEND: receiver; DELIVER, LOSE: sender */
  guint        n_values;
  gint64       values[QUO_MAX_MESSAGE_FIELDS];
  guint        n_rows;   /* SEND and DELIVER: the message's rows */
  guint        row_width;
  const gint64 *rows;    /* n_rows times row_width, until the next read */
} QuoEvent;

/* INVOKE: values are serial, key, value, expected; RETURN: serial, value;
 * FALLBACK: serial, key, value and for how long it may have been out of date, ns,
 * -1 when nobody knows; TIMEOUT: the argument; VIOLATION: the text, interned.
 * LINKS: values are from, to; a partition's groups are the rows, one a
 * participant; a loss is in parts per million. SKEW: the jump, ns, and the drift,
 * parts in 10^9. */

typedef enum
{
  QUO_CHANGE_SET,      /* scalar := value */
  QUO_CHANGE_ROW,      /* row key := columns */
  QUO_CHANGE_REMOVE,   /* row key goes */
  QUO_CHANGE_TRUNCATE, /* rows with a key >= key go */
  QUO_CHANGE_CLEAR     /* all rows go */
} QuoChangeKind;

typedef struct
{
  QuoChangeKind kind;
  guint         field;
  gint64        key;
  gint64        value;
  gint64        columns[QUO_MAX_COLUMNS];
} QuoChange;

typedef struct
{
  const guint8 *next;
  const guint8 *end;
  gconstpointer layout;
  QuoTime       time;
} QuoChangeReader;

QuoTrace             *quo_trace_new           (const QuoDeclaration *declaration,
                                               QuoNames             *names,
                                               guint                 n_nodes,
                                               guint                 n_clients);
QuoTrace             *quo_trace_ref           (QuoTrace             *self);
void                  quo_trace_unref         (QuoTrace             *self);

const QuoDeclaration *quo_trace_declaration   (QuoTrace             *self);
QuoNames             *quo_trace_names         (QuoTrace             *self);
guint                 quo_trace_n_nodes       (QuoTrace             *self);
guint                 quo_trace_n_clients     (QuoTrace             *self);
void                  quo_trace_set_label     (QuoTrace             *self,
                                               guint                 participant,
                                               const char           *label);
void                  quo_trace_set_prefix    (QuoTrace             *self,
                                               const char           *prefix);
const char           *quo_trace_label         (QuoTrace             *self,
                                               guint                 participant,
                                               char                  buffer[32]);

/* Writing: only the engine and readers of foreign logs do it. */
guint32               quo_trace_append        (QuoTrace             *self,
                                               QuoTime               time,
                                               QuoEventKind          kind,
                                               guint                 node,
                                               guint32               cause);
void                  quo_trace_put           (QuoTrace             *self,
                                               gint64                value);
void                  quo_trace_put_change    (QuoTrace             *self,
                                               const QuoChange      *change);
void                  quo_trace_set_peer      (QuoTrace             *self,
                                               guint32               event,
                                               guint32               peer);
void                  quo_trace_set_end       (QuoTrace             *self,
                                               QuoTime               end);

/* Reading. */
guint32               quo_trace_length        (QuoTrace             *self);
QuoTime               quo_trace_end           (QuoTrace             *self);
gsize                 quo_trace_bytes         (QuoTrace             *self);
QuoTime               quo_trace_time          (QuoTrace             *self,
                                               guint32               event);
QuoEventKind          quo_trace_kind          (QuoTrace             *self,
                                               guint32               event);
guint                 quo_trace_node          (QuoTrace             *self,
                                               guint32               event);
guint32               quo_trace_cause         (QuoTrace             *self,
                                               guint32               event);
guint32               quo_trace_peer          (QuoTrace             *self,
                                               guint32               event);
void                  quo_trace_read          (QuoTrace             *self,
                                               guint32               event,
                                               QuoEvent             *ret_event);
void                  quo_trace_changes       (QuoTrace             *self,
                                               guint32               event,
                                               QuoChangeReader      *ret_reader);
gboolean              quo_change_reader_next  (QuoChangeReader      *self,
                                               QuoChange            *ret_change);
guint32               quo_trace_find          (QuoTrace             *self,
                                               QuoTime               time);
guint32               quo_trace_step          (QuoTrace             *self,
                                               guint32               event);
gboolean              quo_trace_is_notable    (QuoTrace             *self,
                                               guint32               event);
char                 *quo_trace_digest        (QuoTrace             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoTrace, quo_trace_unref)

G_END_DECLS
