/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the engine needs to know of a scenario: names are indices, texts are
 * interned, times are nanoseconds.
 */

#include "base/distribution.h"
#include "base/names.h"
#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef struct
{
  QuoTime clock_offset;
  double  clock_drift; /* seconds gained a second, +2e-5 is 20 ppm fast */
} QuoNodeConfig;

/* A link in one direction, or all of them. Fractions are within 0 .. 1. */
typedef struct
{
  QuoDistribution *latency;   /* one way; NULL in an override: as elsewhere */
  double           loss;      /* < 0 in an override: as elsewhere */
  double           duplicate; /* < 0 in an override: as elsewhere */
  double           bandwidth; /* bytes a second, 0: no limit; < 0 as elsewhere */
  int              is_fifo;   /* -1 in an override: as elsewhere */
  QuoTime          extra;     /* on top of any latency, a message's own too;
                               * < 0 in an override: as elsewhere */
} QuoLinkConfig;

typedef struct
{
  guint         from; /* participants */
  guint         to;
  QuoLinkConfig link;
} QuoLinkOverride;

typedef struct
{
  QuoLinkConfig  base;
  GArray        *overrides;   /* QuoLinkOverride, or NULL */
  QuoDistribution *client_latency; /* between a client and its own node */
  guint          n_regions;   /* 0: none */
  guint         *region_of;   /* a region for each participant */
  QuoDistribution **region_latency; /* n_regions squared, [from][to] */
  /* One for each declared message, NULL: as the link has it; or NULL. */
  QuoDistribution **kinds;
  /* Who is whose neighbour: NULL means everybody is. A row for each node. */
  guint         *neighbour_start; /* n_nodes + 1 */
  guint         *neighbours;
} QuoNetworkConfig;

typedef struct
{
  QuoDistribution  *sync;    /* what a forced write costs; NULL: nothing */
  QuoDistribution **writes;  /* one for each declared write, or NULL */
} QuoDiskConfig;

typedef struct
{
  guint    home;        /* node it sits beside */
  gboolean is_operator; /* made for the script's operations without a client */
  double   rate;        /* operations a second, 0: only the script's */
  double   reads;       /* share of reads, 0 .. 1 */
  guint    n_keys;
  gboolean is_regular;  /* evenly spaced; else a Poisson process */
  QuoTime  start;
  QuoTime  stop;        /* QUO_TIME_NEVER: never */
  guint64  n_ops_max;   /* 0: no limit */
  QuoTime  timeout;     /* before it tries again, elsewhere */
  guint    n_tries_max; /* then the outcome is unknown */
  gboolean is_roaming;  /* starts each operation at a random node */
  GArray  *roamed;      /* guint, of these; owned; NULL: of all */
  QuoFallback fallback; /* where a read gets an answer from without one */
  gboolean falls_back_on_failure; /* else when the time is over */
  QuoTime  fallback_after; /* from the operation's beginning or its failure on */
  gboolean ignores_session; /* a mistake: may answer less than it has seen */
} QuoClientConfig;

typedef enum
{
  QUO_SELECT_NODE,   /* index */
  QUO_SELECT_ROLE,   /* a node in the role, not down; the highest epoch's */
  QUO_SELECT_RANDOM, /* any node that is up; down to restart, paused to resume */
  QUO_SELECT_ALL     /* every node, where an action takes several */
} QuoSelectorKind;

typedef struct
{
  QuoSelectorKind kind;
  guint           index; /* of the participant or the role */
} QuoSelector;

typedef enum
{
  QUO_ACTION_CRASH,
  QUO_ACTION_RESTART,
  QUO_ACTION_PAUSE,
  QUO_ACTION_RESUME,
  QUO_ACTION_PARTITION, /* groups */
  QUO_ACTION_ISOLATE,   /* node, from everybody */
  QUO_ACTION_CUT,       /* from, to; both ways unless is_one_way */
  QUO_ACTION_RESTORE,   /* from, to */
  QUO_ACTION_HEAL,      /* all cuts and partitions */
  QUO_ACTION_DROP,      /* message */
  QUO_ACTION_DELAY,     /* message, by duration */
  QUO_ACTION_DUPLICATE, /* message */
  QUO_ACTION_SKEW,      /* node, by duration; drift when has_number */
  QUO_ACTION_LOSE_DISK, /* node, which must be down or is crashed first */
  QUO_ACTION_SET_LINK,  /* from, to, link */
  QUO_ACTION_SET_OPTION,/* all nodes: option := the new options block */
  QUO_ACTION_FIRE,      /* node, timer: fires now */
  QUO_ACTION_OP,        /* client, op */
  QUO_ACTION_COMMAND,   /* node, command, args */
  QUO_ACTION_LOSS,      /* every link, by number: 0 .. 1, 0 ends it */
  QUO_N_ACTION_KINDS
} QuoActionKind;

/* The nth message, from 1, of those in flight when the action comes and then of
 * those sent later. Negative is any. */
typedef struct
{
  int   kind;
  int   from;
  int   to;
  guint nth;
} QuoMessageMatch;

typedef struct
{
  QuoActionKind    kind;
  guint            script_index; /* position in the scenario's script */
  guint64          draw_key;     /* of its draws: from what it says, not from
                                  * where it stands, so that one more action
                                  * does not move another's dice */
  QuoDistribution *at;           /* when; constant as a rule */
  QuoTime          every;        /* 0: once */
  QuoTime          repeat_until; /* of a repeated one */
  QuoTime          lasts;        /* > 0: undone after it (pause, cut, crash ...) */
  QuoSelector      node;
  QuoSelector      from;
  QuoSelector      to;
  gboolean         is_one_way;
  GArray          *groups;       /* of quo_action_groups_new (), or NULL */
  QuoMessageMatch  match;
  QuoTime          duration;
  double           number;
  QuoLinkConfig    link;
  guint            client;       /* participant */
  gboolean         has_node;     /* OP: asked of node instead of the home */
  QuoOpKind        op;
  gint64           key;
  gint64           value;
  gint64           expected;
  guint            what;         /* timer, command, option */
  gint64           args[QUO_MAX_COLUMNS];
  gpointer         options;      /* SET_OPTION: a whole block, owned */
} QuoAction;

typedef enum
{
  QUO_CHAOS_CRASH,
  QUO_CHAOS_PAUSE,
  QUO_CHAOS_PARTITION,
  QUO_CHAOS_CUT,  /* one way */
  QUO_CHAOS_LOSS, /* a spell of loss on every link */
  QUO_CHAOS_SKEW,
  QUO_CHAOS_LOSE_DISK
} QuoChaosKind;

typedef struct
{
  QuoChaosKind     kind;
  double           rate;     /* a second, over the whole cluster */
  QuoTime          from;
  QuoTime          to;
  QuoDistribution *lasts;    /* down time, length of the cut, ... */
  double           amount;   /* share lost; seconds of skew */
  GArray          *nodes;    /* guint, NULL: all */
  guint            max_down; /* CRASH, PAUSE: not more at once; 0: no limit */
} QuoChaos;

/* A durable field's value before the node starts. */
typedef struct
{
  guint  node;
  guint  field;
  gint64 key;   /* of a row */
  gint64 columns[QUO_MAX_COLUMNS]; /* a scalar's value is the first */
} QuoInitial;

typedef struct
{
  gatomicrefcount       ref_count;
  const QuoDeclaration *declaration;
  const QuoBehaviour   *behaviour;
  QuoNames             *names;
  gpointer              options; /* declaration->options_size bytes, owned */
  guint64               faults;  /* bit mask */
  guint64               seed;
  QuoTime               until;   /* QUO_TIME_NEVER: as long as one watches */
  guint64               max_events;
  guint64               max_bytes;  /* see quo_sim_bytes() */

  guint                 n_nodes;
  char                 *prefix;  /* names are prefix and number; or NULL */
  char                **labels;  /* n_nodes, or NULL with a prefix */
  QuoNodeConfig        *nodes;   /* n_nodes, or NULL: true clocks */
  guint                 n_clients;
  char                **client_labels;
  QuoClientConfig      *clients;
  QuoNetworkConfig      network;
  QuoDiskConfig         disk;
  GArray               *actions; /* QuoAction */
  GArray               *chaos;   /* QuoChaos */
  GArray               *initial; /* QuoInitial */
} QuoSimConfig;

QuoSimConfig *quo_sim_config_new   (const QuoDeclaration *declaration,
                                    const QuoBehaviour   *behaviour,
                                    guint                 n_nodes);
QuoSimConfig *quo_sim_config_ref   (QuoSimConfig         *self);
void          quo_sim_config_unref (QuoSimConfig         *self);
GArray       *quo_action_groups_new (void);
QuoAction    *quo_sim_config_add_action (QuoSimConfig    *self,
                                         QuoActionKind    kind,
                                         QuoTime          at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuoSimConfig, quo_sim_config_unref)

G_END_DECLS
