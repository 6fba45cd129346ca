/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Durable fields before the start, so that a paper's figure can be set up. */

#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One field of one value, before it is given to nodes. */
typedef struct
{
  QuoReader          *reader;
  const QuoFieldSpec *spec;
  guint               field;
  const GArray       *nodes; /* QuoSelector */
} Target;

static void
put (const Target *target,
     gint64        key,
     const gint64 *columns)
{
  QuoInitial initial = { .field = target->field, .key = key };

  memcpy (initial.columns, columns, sizeof initial.columns);
  for (guint i = 0; i < target->nodes->len; i++)
    {
      const QuoSelector *selector = &g_array_index (target->nodes, QuoSelector,
                                                    i);
      gboolean is_all = selector->kind == QUO_SELECT_ALL;
      guint first = is_all ? 0 : selector->index;
      guint n = is_all ? target->reader->scenario->n_nodes : 1;

      for (guint k = 0; k < n; k++)
        {
          initial.node = first + k;
          g_array_append_val (target->reader->config->initial, initial);
        }
    }
}

static void
default_columns (const QuoFieldSpec *spec,
                 gint64             *ret_columns)
{
  for (guint i = 0; i < QUO_MAX_COLUMNS; i++)
    ret_columns[i] = spec->columns[i].type == QUO_TYPE_NODE ? QUO_NO_NODE : 0;
}

static gboolean
fail_shape (const Target  *target,
            const QuoJson *value,
            const char    *expected)
{
  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (target->reader, QUO_SCENARIO_ERROR_TYPE, value,
                          _("expected %s for the field “%s”, found %s"),
                          expected, target->spec->id, found);
}

/* {"term": 1, "command": "x=1"}: columns by name, the others as they are. */
static gboolean
read_columns_by_name (const Target  *target,
                      const QuoJson *row,
                      gint64        *columns)
{
  const QuoColumn *specs = target->spec->columns;
  guint n = quo_columns_count (specs, QUO_MAX_COLUMNS);

  for (guint i = 0; i < quo_json_length (row); i++)
    {
      guint c = 0;

      while (c < n && strcmp (specs[c].id, quo_json_key (row, i)) != 0)
        c++;
      if (c == n)
        {
          g_autoptr (GPtrArray) known = g_ptr_array_new ();

          for (guint k = 0; k < n; k++)
            g_ptr_array_add (known, (char *) specs[k].id);
          return quo_reader_fail_key (target->reader, row, i,
                                      _("a column of this field"), known);
        }
      if (!quo_reader_column (target->reader, &specs[c], quo_json_nth (row, i),
                              &columns[c]))
        return FALSE;
    }

  return TRUE;
}

/* A row: its columns by name or in order, or its first column alone. */
static gboolean
read_row (const Target  *target,
          gint64         key,
          const QuoJson *row)
{
  const QuoColumn *specs = target->spec->columns;
  guint n = quo_columns_count (specs, QUO_MAX_COLUMNS);
  gint64 columns[QUO_MAX_COLUMNS];

  default_columns (target->spec, columns);
  if (quo_json_kind (row) == QUO_JSON_OBJECT)
    {
      if (!read_columns_by_name (target, row, columns))
        return FALSE;
    }
  else if (quo_json_kind (row) == QUO_JSON_ARRAY)
    {
      if (quo_json_length (row) > n)
        return quo_reader_fail (target->reader, QUO_SCENARIO_ERROR_RANGE, row,
                                _("expected up to %u columns, found %u"), n,
                                quo_json_length (row));
      for (guint i = 0; i < quo_json_length (row); i++)
        if (!quo_reader_column (target->reader, &specs[i],
                                quo_json_nth (row, i), &columns[i]))
          return FALSE;
    }
  else if (n == 0 || !quo_reader_column (target->reader, &specs[0], row,
                                         &columns[0]))
    return n > 0 ? FALSE : fail_shape (target, row, _("nothing"));

  put (target, key, columns);

  return TRUE;
}

/* A log's keys count from 1, as papers do. */
static gboolean
read_log (const Target  *target,
          const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    return fail_shape (target, value, _("an array of rows"));

  for (guint i = 0; i < quo_json_length (value); i++)
    if (!read_row (target, (gint64) i + 1, quo_json_nth (value, i)))
      return FALSE;

  return TRUE;
}

/* An object's keys are texts whatever the column is. */
static gboolean
read_key (const Target  *target,
          const QuoJson *object,
          guint          nth,
          gint64        *ret_key)
{
  const QuoColumn *column = &target->spec->key;
  const char *key = quo_json_key (object, nth);
  int found;

  switch (column->type)
    {
    case QUO_TYPE_NAME:
      *ret_key = quo_names_intern (target->reader->names, key);
      return TRUE;
    case QUO_TYPE_INT:
      if (g_ascii_string_to_signed (key, 10, G_MININT64, G_MAXINT64, ret_key,
                                    NULL))
        return TRUE;
      break;
    case QUO_TYPE_NODE:
      found = quo_scenario_find (target->reader->scenario, key);
      *ret_key = found;
      if (found >= 0)
        return TRUE;
      break;
    case QUO_TYPE_ENUM:
      found = quo_reader_enum (column->values, key);
      *ret_key = found;
      if (found >= 0)
        return TRUE;
      break;
    case QUO_TYPE_NONE:
    case QUO_TYPE_BOOL:
    case QUO_TYPE_TIME:
    case QUO_TYPE_DURATION:
    default:
      break;
    }

  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (guint i = 0; column->type == QUO_TYPE_ENUM && column->values[i] != NULL;
       i++)
    g_ptr_array_add (known, (char *) column->values[i]);

  return quo_reader_fail_key (target->reader, object, nth,
                              _("a key of this field"), known);
}

static gboolean
read_map (const Target  *target,
          const QuoJson *value)
{
  if (quo_json_kind (value) != QUO_JSON_OBJECT)
    return fail_shape (target, value, _("an object of keys and values"));

  for (guint i = 0; i < quo_json_length (value); i++)
    {
      gint64 key;

      if (!read_key (target, value, i, &key)
          || !read_row (target, key, quo_json_nth (value, i)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_set (const Target  *target,
          const QuoJson *value)
{
  gint64 columns[QUO_MAX_COLUMNS] = { 0 };

  if (quo_json_kind (value) != QUO_JSON_ARRAY)
    return fail_shape (target, value, _("an array of keys"));

  for (guint i = 0; i < quo_json_length (value); i++)
    {
      gint64 key;

      if (!quo_reader_column (target->reader, &target->spec->key,
                              quo_json_nth (value, i), &key))
        return FALSE;
      put (target, key, columns);
    }

  return TRUE;
}

static gboolean
read_scalar (const Target  *target,
             const QuoJson *value)
{
  const QuoRoleSpec *roles = target->reader->protocol->declaration.roles;
  gint64 columns[QUO_MAX_COLUMNS] = { 0 };
  QuoColumn column = target->spec->columns[0];

  /* A role's values are the roles themselves. */
  if (target->spec->use == QUO_USE_ROLE && column.values == NULL)
    {
      int role = quo_declaration_find_role (
        &target->reader->protocol->declaration, quo_json_text (value));
      g_autoptr (GPtrArray) known = QUO_TABLE_IDS (roles);

      if (role < 0)
        return quo_reader_fail_name (target->reader, value,
                                     quo_json_text (value) != NULL
                                       ? quo_json_text (value) : "",
                                     _("a role of this protocol"), known);
      columns[0] = role;
      put (target, 0, columns);
      return TRUE;
    }
  if (!quo_reader_column (target->reader, &column, value, &columns[0]))
    return FALSE;
  put (target, 0, columns);

  return TRUE;
}

static gboolean
read_field (const Target  *target,
            const QuoJson *value)
{
  switch (target->spec->shape)
    {
    case QUO_SHAPE_LOG:
      return read_log (target, value);
    case QUO_SHAPE_MAP:
    case QUO_SHAPE_VECTOR:
      return read_map (target, value);
    case QUO_SHAPE_SET:
      return read_set (target, value);
    case QUO_SHAPE_SCALAR:
    default:
      return read_scalar (target, value);
    }
}

/**
 * quo_reader_initial_of:
 * @reader: its cluster is in its configuration
 * @fields: an object with durable fields, and perhaps "do" and "node"
 * @nodes: (element-type QuoSelector): whose they are
 *
 * Returns: whether the fields are right, else the error is set
 */
gboolean
quo_reader_initial_of (QuoReader     *reader,
                       const QuoJson *fields,
                       const GArray  *nodes)
{
  const QuoDeclaration *declaration = &reader->protocol->declaration;
  gboolean is_action = quo_json_get (fields, "do") != NULL;

  for (guint i = 0; i < quo_json_length (fields); i++)
    {
      const char *id = quo_json_key (fields, i);
      int field = quo_declaration_find_field (declaration, id);
      Target target = { reader, NULL, (guint) field, nodes };

      if (is_action && (strcmp (id, "do") == 0 || strcmp (id, "node") == 0))
        continue;
      target.spec = &declaration->fields[field];
      if (!read_field (&target, quo_json_nth (fields, i)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_action (QuoReader     *reader,
             const QuoJson *action)
{
  const QuoJson *node = quo_json_get (action, "node");
  g_autoptr (GArray) nodes = quo_reader_selectors (reader, node);

  if (nodes == NULL)
    return FALSE;

  for (guint i = 0; i < nodes->len; i++)
    {
      QuoSelectorKind kind = g_array_index (nodes, QuoSelector, i).kind;

      if (kind != QUO_SELECT_NODE && kind != QUO_SELECT_ALL)
        return quo_reader_fail (reader, QUO_SCENARIO_ERROR_RANGE, node,
                                _("before the start there are no roles yet: "
                                  "expected a node or “@all”"));
    }

  return quo_reader_initial_of (reader, action, nodes);
}

/**
 * quo_reader_initial:
 * @reader: its cluster is in its configuration
 *
 * Reads the member "initial" and then the script's actions of that name.
 *
 * Returns: whether they are right, else the error is set
 */
gboolean
quo_reader_initial (QuoReader *reader)
{
  const QuoJson *initial = quo_json_get (reader->scenario->root, "initial");
  const QuoJson *script = quo_json_get (reader->scenario->root, "script");

  for (guint i = 0; i < quo_json_length (initial); i++)
    {
      const char *id = quo_json_key (initial, i);
      int node = quo_scenario_find (reader->scenario, id);
      g_autoptr (GArray) nodes = g_array_new (FALSE, TRUE,
                                              sizeof (QuoSelector));
      QuoSelector selector = { QUO_SELECT_NODE, (guint) node };

      if (strcmp (id, "@all") == 0)
        selector = (QuoSelector) { QUO_SELECT_ALL, 0 };
      else if (node < 0 || (guint) node >= reader->scenario->n_nodes)
        {
          g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);

          for (guint k = 0; k < MIN (reader->scenario->n_nodes, 100u); k++)
            g_ptr_array_add (known,
                             quo_scenario_participant (reader->scenario, k));
          return quo_reader_fail_key (reader, initial, i, _("a node"), known);
        }
      g_array_append_val (nodes, selector);
      if (!quo_reader_initial_of (reader, quo_json_nth (initial, i), nodes))
        return FALSE;
    }

  for (guint i = 0; i < quo_json_length (script); i++)
    {
      const QuoJson *action = quo_json_nth (script, i);

      if (strcmp (quo_reader_text (action, "do", ""), "initial") == 0
          && !read_action (reader, action))
        return FALSE;
    }

  return TRUE;
}
