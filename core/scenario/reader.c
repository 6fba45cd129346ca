/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all readers need: how to say what is wrong, and what names mean. */

#include "scenario/reader-private.h"

#include "base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A list longer than this helps nobody. */
#define KNOWN_SHOWN_MAX 24

static void
set_error (QuoReader        *reader,
           QuoScenarioError  code,
           QuoJsonPlace      place,
           const char       *pointer,
           const char       *message)
{
  g_autoptr (GString) text = g_string_new (reader->scenario->name);

  /* What an edit added has no place in a file yet. */
  if (place.line > 0)
    g_string_append_printf (text, ":%u:%u", place.line, place.column);
  if (pointer[0] != 0)
    g_string_append_printf (text, ": %s", pointer);
  g_string_append_printf (text, ": %s", message);
  g_set_error_literal (reader->error, QUO_SCENARIO_ERROR, code, text->str);
}

/**
 * quo_reader_fail:
 * @reader: its error is set
 * @code: what kind of mistake it is
 * @value: the value in the tree that is wrong
 * @format: what was found, and what was expected
 * @...: as in printf()
 *
 * Returns: FALSE
 */
gboolean
quo_reader_fail (QuoReader        *reader,
                 QuoScenarioError  code,
                 const QuoJson    *value,
                 const char       *format,
                 ...)
{
  g_autofree char *message = NULL;
  g_autofree char *pointer = quo_json_pointer (reader->scenario->root, value);
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  set_error (reader, code, quo_json_place (value), pointer, message);

  return FALSE;
}

/* "did you mean “B”?", or all that there is, or nothing. */
static char *
suggest (const char *name,
         GPtrArray  *known)
{
  const char *nearest;
  GString *text;

  g_ptr_array_add (known, NULL);
  nearest = quo_nearest_name (name, (const char **) known->pdata);
  g_ptr_array_set_size (known, (int) known->len - 1);

  if (nearest != NULL)
    return g_strdup_printf (_(": did you mean “%s”?"), nearest);
  if (known->len == 0)
    return g_strdup (_(": there is none"));

  text = g_string_new (_(": known are "));
  for (guint i = 0; i < known->len && i < KNOWN_SHOWN_MAX; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            (char *) known->pdata[i]);
  if (known->len > KNOWN_SHOWN_MAX)
    g_string_append (text, " …");

  return g_string_free (text, FALSE);
}

/**
 * quo_reader_fail_key:
 * @reader: its error is set
 * @object: an object in the tree
 * @nth: the member whose key is unknown
 * @what: what such a key is: "an option of raft"
 * @known: (element-type utf8): the keys that there are
 *
 * Returns: FALSE
 */
gboolean
quo_reader_fail_key (QuoReader     *reader,
                     const QuoJson *object,
                     guint          nth,
                     const char    *what,
                     GPtrArray     *known)
{
  const char *key = quo_json_key (object, nth);
  g_autofree char *start = quo_json_pointer (reader->scenario->root, object);
  g_autoptr (GString) pointer = g_string_new (start);
  g_autofree char *hint = suggest (key, known);
  g_autofree char *message = g_strdup_printf (_("“%.60s” is not %s%s"), key,
                                              what, hint);

  quo_json_pointer_append (pointer, key);
  set_error (reader, QUO_SCENARIO_ERROR_UNKNOWN,
             quo_json_key_place (object, nth), pointer->str, message);

  return FALSE;
}

/**
 * quo_reader_fail_name:
 * @reader: its error is set
 * @value: the string in the tree that is or holds the name
 * @name: the name that is unknown
 * @what: what it should be: "a node"
 * @known: (element-type utf8): the names that there are
 *
 * Returns: FALSE
 */
gboolean
quo_reader_fail_name (QuoReader     *reader,
                      const QuoJson *value,
                      const char    *name,
                      const char    *what,
                      GPtrArray     *known)
{
  g_autofree char *hint = suggest (name, known);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_UNKNOWN, value,
                          _("“%.60s” is not %s%s"), name, what, hint);
}

/**
 * quo_reader_time:
 * @object: (nullable): an object that was checked
 * @key: of a time
 * @otherwise: what it is without the key
 *
 * Returns: the time
 */
QuoTime
quo_reader_time (const QuoJson *object,
                 const char    *key,
                 QuoTime        otherwise)
{
  const char *text = quo_json_text (quo_json_get (object, key));
  QuoTime time = otherwise;

  if (text != NULL)
    quo_time_parse (text, &time, NULL);

  return time;
}

/**
 * quo_reader_number:
 * @object: (nullable): an object that was checked
 * @key: of a number
 * @otherwise: what it is without the key
 *
 * Returns: the number
 */
double
quo_reader_number (const QuoJson *object,
                   const char    *key,
                   double         otherwise)
{
  const QuoJson *value = quo_json_get (object, key);

  return value != NULL ? quo_json_double (value) : otherwise;
}

/**
 * quo_reader_rate:
 * @object: (nullable): an object that was checked
 * @key: of a rate
 * @otherwise: what it is without the key
 *
 * Returns: the rate a second
 */
double
quo_reader_rate (const QuoJson *object,
                 const char    *key,
                 double         otherwise)
{
  const char *text = quo_json_text (quo_json_get (object, key));
  double rate = otherwise;

  if (text != NULL)
    quo_rate_parse (text, &rate, NULL);

  return rate;
}

/**
 * quo_reader_int:
 * @object: (nullable): an object that was checked
 * @key: of a whole number
 * @otherwise: what it is without the key
 *
 * Returns: the number
 */
gint64
quo_reader_int (const QuoJson *object,
                const char    *key,
                gint64         otherwise)
{
  gint64 number = otherwise;

  quo_json_int (quo_json_get (object, key), &number);

  return number;
}

/**
 * quo_reader_bool:
 * @object: (nullable): an object that was checked
 * @key: of a truth value
 * @otherwise: what it is without the key
 *
 * Returns: the truth value
 */
gboolean
quo_reader_bool (const QuoJson *object,
                 const char    *key,
                 gboolean       otherwise)
{
  const QuoJson *value = quo_json_get (object, key);

  return value != NULL ? quo_json_truth (value) : otherwise;
}

/**
 * quo_reader_text:
 * @object: (nullable): an object that was checked
 * @key: of a string
 * @otherwise: (nullable): what it is without the key
 *
 * Returns: (transfer none) (nullable): the text, which lives as long as the tree
 */
const char *
quo_reader_text (const QuoJson *object,
                 const char    *key,
                 const char    *otherwise)
{
  const QuoJson *value = quo_json_get (object, key);

  return value != NULL ? quo_json_text (value) : otherwise;
}

/**
 * quo_reader_enum:
 * @values: ends with %NULL
 * @text: (nullable): one of them
 *
 * Returns: its index, or -1
 */
int
quo_reader_enum (const char * const *values,
                 const char         *text)
{
  for (int i = 0; text != NULL && values[i] != NULL; i++)
    if (strcmp (values[i], text) == 0)
      return i;

  return -1;
}

/**
 * quo_reader_table_ids:
 * @table: (nullable): rows that begin with an id; the last has %NULL
 * @width: bytes in a row
 *
 * Returns: (transfer full) (element-type utf8): the ids, for a suggestion
 */
GPtrArray *
quo_reader_table_ids (gconstpointer table,
                      gsize         width)
{
  GPtrArray *ids = g_ptr_array_new ();
  const guint8 *row = table;

  for (; row != NULL && *(const char * const *) row != NULL; row += width)
    g_ptr_array_add (ids, (char *) *(const char * const *) row);

  return ids;
}

/**
 * quo_reader_table_find:
 * @table: (nullable): rows that begin with an id; the last has %NULL
 * @width: bytes in a row
 * @id: (nullable): an id
 *
 * Returns: the row's index, or -1
 */
int
quo_reader_table_find (gconstpointer table,
                       gsize         width,
                       const char   *id)
{
  const guint8 *row = table;

  if (id == NULL)
    return -1;
  for (int i = 0; row != NULL && *(const char * const *) row != NULL;
       i++, row += width)
    if (strcmp (*(const char * const *) row, id) == 0)
      return i;

  return -1;
}

/* Names as they would be shown: of a rule only the first and the last. */
static GPtrArray *
known_participants (QuoReader *reader,
                    gboolean   with_nodes,
                    gboolean   with_clients)
{
  GPtrArray *known = g_ptr_array_new_with_free_func (g_free);
  guint n_nodes = quo_scenario_n_nodes (reader->scenario);
  guint n_clients = quo_scenario_n_clients (reader->scenario);

  for (guint i = 0; with_nodes && i < n_nodes; i++)
    {
      if (reader->scenario->prefix != NULL && i >= 2 && i + 1 < n_nodes)
        continue;
      if (known->len > 1000)
        break;
      g_ptr_array_add (known, quo_scenario_participant (reader->scenario, i));
    }
  for (guint i = 0; with_clients && i < n_clients && known->len <= 2000; i++)
    g_ptr_array_add (known,
                     quo_scenario_participant (reader->scenario, n_nodes + i));

  return known;
}

static gboolean
find_participant (QuoReader     *reader,
                  const QuoJson *value,
                  gboolean       with_nodes,
                  gboolean       with_clients,
                  const char    *what,
                  guint         *ret_participant)
{
  const char *id = quo_json_text (value);
  guint n_nodes = quo_scenario_n_nodes (reader->scenario);

  if (quo_json_kind (value) == QUO_JSON_STRING)
    {
      int found = quo_scenario_find (reader->scenario, id);

      if (found >= 0 && ((guint) found < n_nodes ? with_nodes : with_clients))
        {
          *ret_participant = (guint) found;
          return TRUE;
        }

      g_autoptr (GPtrArray) known = known_participants (reader, with_nodes,
                                                        with_clients);

      return quo_reader_fail_name (reader, value, id, what, known);
    }

  g_autofree char *text = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                          _("expected the name of %s, found %s"), what, text);
}

/**
 * quo_reader_node:
 * @reader: knows the nodes
 * @value: a node's name
 * @ret_node: (out): its index
 *
 * Returns: whether there is such a node, else the error is set
 */
gboolean
quo_reader_node (QuoReader     *reader,
                 const QuoJson *value,
                 guint         *ret_node)
{
  return find_participant (reader, value, TRUE, FALSE, _("a node"), ret_node);
}

/**
 * quo_reader_participant:
 * @reader: knows the nodes and clients
 * @value: a name
 * @ret_participant: (out): its index
 *
 * Returns: whether there is such a node or client, else the error is set
 */
gboolean
quo_reader_participant (QuoReader     *reader,
                        const QuoJson *value,
                        guint         *ret_participant)
{
  return find_participant (reader, value, TRUE, TRUE, _("a node or client"),
                           ret_participant);
}

/**
 * quo_reader_client:
 * @reader: knows the clients
 * @value: a client's name
 * @ret_participant: (out): its index, counted after the nodes
 *
 * Returns: whether there is such a client, else the error is set
 */
gboolean
quo_reader_client (QuoReader     *reader,
                   const QuoJson *value,
                   guint         *ret_participant)
{
  return find_participant (reader, value, FALSE, TRUE, _("a client"),
                           ret_participant);
}

/**
 * quo_reader_selector:
 * @reader: knows the nodes and the protocol
 * @value: a node's name, "@random", "@all" or "@" and a role
 * @ret_selector: (out): what it means
 *
 * Returns: whether there is such a node or role, else the error is set
 */
gboolean
quo_reader_selector (QuoReader     *reader,
                     const QuoJson *value,
                     QuoSelector   *ret_selector)
{
  const char *text = quo_json_text (value);
  const QuoRoleSpec *roles = reader->protocol->declaration.roles;
  QuoSelector selector = { QUO_SELECT_NODE, 0 };

  if (quo_json_kind (value) != QUO_JSON_STRING || text[0] != '@')
    {
      if (!quo_reader_node (reader, value, &selector.index))
        return FALSE;
      *ret_selector = selector;
      return TRUE;
    }

  int role = quo_declaration_find_role (&reader->protocol->declaration,
                                        text + 1);

  if (role >= 0)
    selector = (QuoSelector) { QUO_SELECT_ROLE, (guint) role };
  else if (strcmp (text, "@random") == 0)
    selector.kind = QUO_SELECT_RANDOM;
  else if (strcmp (text, "@all") == 0)
    selector.kind = QUO_SELECT_ALL;
  else
    {
      g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; roles != NULL && roles[i].id != NULL; i++)
        g_ptr_array_add (known, g_strconcat ("@", roles[i].id, NULL));
      g_ptr_array_add (known, g_strdup ("@random"));
      g_ptr_array_add (known, g_strdup ("@all"));
      return quo_reader_fail_name (reader, value, text,
                                   _("a role of this protocol"), known);
    }
  *ret_selector = selector;

  return TRUE;
}

/**
 * quo_reader_selectors:
 * @reader: knows the nodes and the protocol
 * @value: a selector or an array of them
 *
 * Returns: (transfer full) (nullable) (element-type QuoSelector): what they mean,
 *   or %NULL with the error set
 */
GArray *
quo_reader_selectors (QuoReader     *reader,
                      const QuoJson *value)
{
  g_autoptr (GArray) selectors = g_array_new (FALSE, TRUE,
                                              sizeof (QuoSelector));
  gboolean is_list = quo_json_kind (value) == QUO_JSON_ARRAY;
  guint n = is_list ? quo_json_length (value) : 1;

  for (guint i = 0; i < n; i++)
    {
      QuoSelector selector;

      if (!quo_reader_selector (reader,
                                is_list ? quo_json_nth (value, i) : value,
                                &selector))
        return NULL;
      g_array_append_val (selectors, selector);
    }

  return g_steal_pointer (&selectors);
}

/**
 * quo_reader_scalar_text:
 * @value: a string, number or truth value
 *
 * Returns: (transfer full) (nullable): it as a protocol's text; %NULL of others
 */
char *
quo_reader_scalar_text (const QuoJson *value)
{
  switch (quo_json_kind (value))
    {
    case QUO_JSON_STRING:
    case QUO_JSON_NUMBER:
      return g_strdup (quo_json_text (value));
    case QUO_JSON_BOOL:
      return g_strdup (quo_json_truth (value) ? "true" : "false");
    case QUO_JSON_NULL:
    case QUO_JSON_ARRAY:
    case QUO_JSON_OBJECT:
    default:
      return NULL;
    }
}

static gboolean
fail_column (QuoReader     *reader,
             const QuoJson *value,
             const char    *expected)
{
  g_autofree char *found = quo_json_found (value);

  return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value,
                          _("expected %s, found %s"), expected, found);
}

static gboolean
read_enum (QuoReader       *reader,
           const QuoColumn *column,
           const QuoJson   *value,
           gint64          *ret_value)
{
  g_autofree char *text = quo_reader_scalar_text (value);
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  int index = quo_reader_enum (column->values, text);

  if (index >= 0)
    {
      *ret_value = index;
      return TRUE;
    }
  for (guint i = 0; column->values[i] != NULL; i++)
    g_ptr_array_add (known, (char *) column->values[i]);

  return quo_reader_fail_name (reader, value, text != NULL ? text : "",
                               _("a value here"), known);
}

static gboolean
read_time (QuoReader     *reader,
           const QuoJson *value,
           gint64        *ret_value)
{
  g_autoptr (GError) error = NULL;

  if (quo_json_kind (value) != QUO_JSON_STRING)
    return fail_column (reader, value, _("a time such as “150ms”"));
  if (strcmp (quo_json_text (value), "never") == 0)
    {
      *ret_value = QUO_TIME_NEVER;
      return TRUE;
    }
  if (!quo_time_parse (quo_json_text (value), ret_value, &error))
    return quo_reader_fail (reader, QUO_SCENARIO_ERROR_TYPE, value, "%s",
                            error->message);

  return TRUE;
}

static gboolean
read_node (QuoReader     *reader,
           const QuoJson *value,
           gint64        *ret_value)
{
  guint participant;
  const char *text = quo_json_text (value);

  if (quo_json_kind (value) == QUO_JSON_NULL
      || (text != NULL && (text[0] == 0 || strcmp (text, "none") == 0)))
    {
      *ret_value = QUO_NO_NODE;
      return TRUE;
    }
  if (!quo_reader_participant (reader, value, &participant))
    return FALSE;
  *ret_value = participant;

  return TRUE;
}

/* A text that no table has is equal to none in it. */
static gint64
name_of (QuoReader  *reader,
         const char *text)
{
  guint32 name;

  if (!reader->is_closed)
    return quo_names_intern (reader->names, text);
  name = quo_names_lookup (reader->names, text);

  return name != 0 || text[0] == 0 ? (gint64) name : -1;
}

/**
 * quo_reader_column:
 * @reader: its names take in texts
 * @column: how the value is to be read
 * @value: the value in the tree
 * @ret_value: (out): what it is for the engine
 *
 * Returns: whether @value is such a value, else the error is set
 */
gboolean
quo_reader_column (QuoReader       *reader,
                   const QuoColumn *column,
                   const QuoJson   *value,
                   gint64          *ret_value)
{
  switch (column->type)
    {
    case QUO_TYPE_INT:
      return quo_json_int (value, ret_value)
             || fail_column (reader, value, _("a whole number"));
    case QUO_TYPE_BOOL:
      *ret_value = quo_json_truth (value);
      return quo_json_kind (value) == QUO_JSON_BOOL
             || fail_column (reader, value, _("true or false"));
    case QUO_TYPE_ENUM:
      return read_enum (reader, column, value, ret_value);
    case QUO_TYPE_NODE:
      return read_node (reader, value, ret_value);
    case QUO_TYPE_TIME:
    case QUO_TYPE_DURATION:
      return read_time (reader, value, ret_value);
    case QUO_TYPE_NAME:
      {
        g_autofree char *text = quo_reader_scalar_text (value);

        if (text == NULL)
          return fail_column (reader, value, _("a text"));
        *ret_value = name_of (reader, text);
        return TRUE;
      }
    case QUO_TYPE_NONE:
    default:
      return fail_column (reader, value, _("nothing"));
    }
}
