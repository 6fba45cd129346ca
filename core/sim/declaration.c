/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/declaration.h"

const char * const quo_op_names[] = {
  "read", "write", "compare-and-set", "add", "remove", "append", "transaction",
  NULL
};

const char * const quo_status_names[] = {
  "ok", "failed", "unknown", "redirect", "busy", NULL
};

const char * const quo_fallback_names[] = {
  "none", "cache", "any", "local", NULL
};

static const QuoMessageSpec request_spec = {
  .id = "Request",
  .label = "{op} {key} {value}",
  .summary = "A client asks for an operation",
  .fields = {
    { "op", QUO_TYPE_ENUM, quo_op_names },
    { "serial", QUO_TYPE_INT },
    { "key", QUO_TYPE_NAME },
    { "value", QUO_TYPE_NAME },
    { "expected", QUO_TYPE_NAME },
  },
};

static const QuoMessageSpec request_with_context_spec = {
  .id = "Request",
  .label = "{op} {key} {value}",
  .summary = "A client asks for an operation",
  .fields = {
    { "op", QUO_TYPE_ENUM, quo_op_names },
    { "serial", QUO_TYPE_INT },
    { "key", QUO_TYPE_NAME },
    { "value", QUO_TYPE_NAME },
    { "expected", QUO_TYPE_NAME },
    { "context", QUO_TYPE_NAME },
  },
};

static const QuoMessageSpec reply_spec = {
  .id = "Reply",
  .label = "{status} {value}",
  .summary = "A node answers a client",
  .is_reply = TRUE,
  .fields = {
    { "status", QUO_TYPE_ENUM, quo_status_names },
    { "serial", QUO_TYPE_INT },
    { "value", QUO_TYPE_NAME },
    { "ask", QUO_TYPE_NODE },
  },
};

static const QuoMessageSpec reply_with_context_spec = {
  .id = "Reply",
  .label = "{status} {value}",
  .summary = "A node answers a client",
  .is_reply = TRUE,
  .fields = {
    { "status", QUO_TYPE_ENUM, quo_status_names },
    { "serial", QUO_TYPE_INT },
    { "value", QUO_TYPE_NAME },
    { "ask", QUO_TYPE_NODE },
    { "context", QUO_TYPE_NAME },
  },
};

/* All tables are arrays of structs that begin with their id. */
static guint
count (gconstpointer table,
       gsize         width)
{
  const guint8 *row = table;
  guint n = 0;

  if (row == NULL)
    return 0;
  while (*(const char * const *) (row + n * width) != NULL)
    n++;

  return n;
}

static int
find (gconstpointer table,
      gsize         width,
      const char   *id)
{
  const guint8 *row = table;

  if (row == NULL || id == NULL)
    return -1;
  for (guint i = 0; *(const char * const *) (row + i * width) != NULL; i++)
    if (g_str_equal (*(const char * const *) (row + i * width), id))
      return (int) i;

  return -1;
}

/**
 * quo_columns_count:
 * @columns: up to @max columns, the end marked by %QUO_TYPE_NONE
 * @max: how many there can be
 *
 * Returns: how many there are
 */
guint
quo_columns_count (const QuoColumn *columns,
                   guint            max)
{
  guint n = 0;

  while (n < max && columns[n].type != QUO_TYPE_NONE)
    n++;

  return n;
}

/**
 * quo_declaration_n_fields:
 * @self: a declaration
 *
 * Returns: how many fields a node has
 */
guint
quo_declaration_n_fields (const QuoDeclaration *self)
{
  return count (self->fields, sizeof (QuoFieldSpec));
}

/**
 * quo_declaration_n_messages:
 * @self: a declaration
 *
 * Returns: how many kinds of message there are, those of clients not counted
 */
guint
quo_declaration_n_messages (const QuoDeclaration *self)
{
  return count (self->messages, sizeof (QuoMessageSpec));
}

/**
 * quo_declaration_n_roles:
 * @self: a declaration
 *
 * Returns: how many roles there are
 */
guint
quo_declaration_n_roles (const QuoDeclaration *self)
{
  return count (self->roles, sizeof (QuoRoleSpec));
}

/**
 * quo_declaration_n_timers:
 * @self: a declaration
 *
 * Returns: how many timers a node has
 */
guint
quo_declaration_n_timers (const QuoDeclaration *self)
{
  return count (self->timers, sizeof (QuoTimerSpec));
}

/**
 * quo_declaration_n_measures:
 * @self: a declaration
 *
 * Returns: how many measures are declared
 */
guint
quo_declaration_n_measures (const QuoDeclaration *self)
{
  return count (self->measures, sizeof (QuoMeasureSpec));
}

/**
 * quo_declaration_message:
 * @self: a declaration
 * @kind: a kind of message, %QUO_MESSAGE_REQUEST and %QUO_MESSAGE_REPLY included
 *
 * Returns: (transfer none): what the message looks like
 */
const QuoMessageSpec *
quo_declaration_message (const QuoDeclaration *self,
                         guint                 kind)
{
  if (kind == QUO_MESSAGE_REQUEST)
    return self->has_context ? &request_with_context_spec : &request_spec;
  if (kind == QUO_MESSAGE_REPLY)
    return self->has_context ? &reply_with_context_spec : &reply_spec;

  return &self->messages[kind];
}

/**
 * quo_declaration_find_field:
 * @self: a declaration
 * @id: a field's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_field (const QuoDeclaration *self,
                            const char           *id)
{
  return find (self->fields, sizeof (QuoFieldSpec), id);
}

/**
 * quo_declaration_find_use:
 * @self: a declaration
 * @use: what a view wants to show
 *
 * Returns: the index of the first field for that use, or -1
 */
int
quo_declaration_find_use (const QuoDeclaration *self,
                          QuoUse                use)
{
  for (guint i = 0; self->fields != NULL && self->fields[i].id != NULL; i++)
    if (self->fields[i].use == use)
      return (int) i;

  return -1;
}

/**
 * quo_declaration_find_message:
 * @self: a declaration
 * @id: a message's id, or "Request" or "Reply"
 *
 * Returns: its kind, or -1
 */
int
quo_declaration_find_message (const QuoDeclaration *self,
                              const char           *id)
{
  int kind = find (self->messages, sizeof (QuoMessageSpec), id);

  if (kind >= 0 || id == NULL)
    return kind;
  if (g_str_equal (id, request_spec.id))
    return QUO_MESSAGE_REQUEST;
  if (g_str_equal (id, reply_spec.id))
    return QUO_MESSAGE_REPLY;

  return -1;
}

/**
 * quo_declaration_find_role:
 * @self: a declaration
 * @id: a role's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_role (const QuoDeclaration *self,
                           const char           *id)
{
  return find (self->roles, sizeof (QuoRoleSpec), id);
}

/**
 * quo_declaration_find_timer:
 * @self: a declaration
 * @id: a timer's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_timer (const QuoDeclaration *self,
                            const char           *id)
{
  return find (self->timers, sizeof (QuoTimerSpec), id);
}

/**
 * quo_declaration_find_measure:
 * @self: a declaration
 * @id: a measure's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_measure (const QuoDeclaration *self,
                              const char           *id)
{
  return find (self->measures, sizeof (QuoMeasureSpec), id);
}

/**
 * quo_declaration_find_invariant:
 * @self: a declaration
 * @id: an invariant's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_invariant (const QuoDeclaration *self,
                                const char           *id)
{
  return find (self->invariants, sizeof (QuoInvariantSpec), id);
}

/**
 * quo_declaration_find_fault:
 * @self: a declaration
 * @id: a known fault's id
 *
 * Returns: its index, which is its bit in a mask of faults, or -1
 */
int
quo_declaration_find_fault (const QuoDeclaration *self,
                            const char           *id)
{
  return find (self->faults, sizeof (QuoFaultSpec), id);
}

/**
 * quo_declaration_find_command:
 * @self: a declaration
 * @id: a command's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_command (const QuoDeclaration *self,
                              const char           *id)
{
  return find (self->commands, sizeof (QuoCommandSpec), id);
}

/**
 * quo_declaration_find_option:
 * @self: a declaration
 * @id: an option's id
 *
 * Returns: its index, or -1
 */
int
quo_declaration_find_option (const QuoDeclaration *self,
                             const char           *id)
{
  return find (self->options, sizeof (QuoOptionSpec), id);
}
