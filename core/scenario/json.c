/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenario/json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  char         *key; /* NULL in an array */
  QuoJsonPlace  place;
  QuoJson      *value;
} Child;

struct _QuoJson
{
  gatomicrefcount ref_count;
  QuoJsonKind     kind;
  QuoJsonPlace    place;
  guint           n_children;
  guint           n_allocated;
  Child          *children; /* of arrays and objects */
  char           *text;     /* of strings; a number's spelling; else NULL */
  gboolean        truth;
};

static QuoJson *
json_new (QuoJsonKind kind)
{
  QuoJson *self = g_new0 (QuoJson, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;

  return self;
}

/**
 * quo_json_new_null:
 *
 * Returns: (transfer full): the value null
 */
QuoJson *
quo_json_new_null (void)
{
  return json_new (QUO_JSON_NULL);
}

/**
 * quo_json_new_bool:
 * @truth: which of the two
 *
 * Returns: (transfer full): true or false
 */
QuoJson *
quo_json_new_bool (gboolean truth)
{
  QuoJson *self = json_new (QUO_JSON_BOOL);

  self->truth = !!truth;

  return self;
}

/**
 * quo_json_new_number:
 * @spelling: as JSON spells numbers: not checked here
 *
 * Returns: (transfer full): a number that is written as it was read
 */
QuoJson *
quo_json_new_number (const char *spelling)
{
  QuoJson *self = json_new (QUO_JSON_NUMBER);

  self->text = g_strdup (spelling);

  return self;
}

/**
 * quo_json_new_int:
 * @number: any
 *
 * Returns: (transfer full): the number
 */
QuoJson *
quo_json_new_int (gint64 number)
{
  QuoJson *self = json_new (QUO_JSON_NUMBER);

  self->text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return self;
}

/**
 * quo_json_new_double:
 * @number: finite
 *
 * Returns: (transfer full): the number in the fewest digits that give it back
 */
QuoJson *
quo_json_new_double (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_val_if_fail (isfinite (number), NULL);

  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, sizeof buffer, format, number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }

  return quo_json_new_number (buffer);
}

/**
 * quo_json_new_string:
 * @text: UTF-8
 *
 * Returns: (transfer full): the string
 */
QuoJson *
quo_json_new_string (const char *text)
{
  QuoJson *self = json_new (QUO_JSON_STRING);

  self->text = g_strdup (text);

  return self;
}

/**
 * quo_json_new_array:
 *
 * Returns: (transfer full): an empty array, to be filled with quo_json_append()
 */
QuoJson *
quo_json_new_array (void)
{
  return json_new (QUO_JSON_ARRAY);
}

/**
 * quo_json_new_object:
 *
 * Returns: (transfer full): an empty object, to be filled with
 *   quo_json_append_member()
 */
QuoJson *
quo_json_new_object (void)
{
  return json_new (QUO_JSON_OBJECT);
}

/**
 * quo_json_ref:
 * @self: a value
 *
 * Returns: (transfer full): @self
 */
QuoJson *
quo_json_ref (const QuoJson *self)
{
  QuoJson *value = (QuoJson *) self;

  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&value->ref_count);

  return value;
}

/**
 * quo_json_unref:
 * @self: (transfer full): a value; the tree is at most %QUO_JSON_MAX_DEPTH deep,
 *   so the recursion is bounded
 */
void
quo_json_unref (QuoJson *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_children; i++)
    {
      g_free (self->children[i].key);
      quo_json_unref (self->children[i].value);
    }
  g_free (self->children);
  g_free (self->text);
  g_free (self);
}

/**
 * quo_json_set_place:
 * @self: not yet shared
 * @place: where it begins
 */
void
quo_json_set_place (QuoJson      *self,
                    QuoJsonPlace  place)
{
  g_return_if_fail (self != NULL);

  self->place = place;
}

static void
append_child (QuoJson      *self,
              char         *key,
              QuoJsonPlace  place,
              QuoJson      *value)
{
  if (self->n_children == self->n_allocated)
    {
      self->n_allocated = MAX (4, self->n_allocated * 2);
      self->children = g_renew (Child, self->children, self->n_allocated);
    }
  self->children[self->n_children++] = (Child) { key, place, value };
}

/**
 * quo_json_append:
 * @self: an array, not yet shared
 * @item: (transfer full): what comes last
 */
void
quo_json_append (QuoJson *self,
                 QuoJson *item)
{
  g_return_if_fail (self != NULL && self->kind == QUO_JSON_ARRAY);
  g_return_if_fail (item != NULL);

  append_child (self, NULL, (QuoJsonPlace) { 0, 0 }, item);
}

/**
 * quo_json_append_member:
 * @self: an object, not yet shared, without @key
 * @key: UTF-8
 * @place: where the key begins
 * @value: (transfer full): its value
 */
void
quo_json_append_member (QuoJson      *self,
                        const char   *key,
                        QuoJsonPlace  place,
                        QuoJson      *value)
{
  g_return_if_fail (self != NULL && self->kind == QUO_JSON_OBJECT);
  g_return_if_fail (key != NULL && value != NULL);

  append_child (self, g_strdup (key), place, value);
}

/**
 * quo_json_kind:
 * @self: a value
 *
 * Returns: what it is
 */
QuoJsonKind
quo_json_kind (const QuoJson *self)
{
  g_return_val_if_fail (self != NULL, QUO_JSON_NULL);

  return self->kind;
}

/**
 * quo_json_place:
 * @self: a value
 *
 * Returns: where it begins
 */
QuoJsonPlace
quo_json_place (const QuoJson *self)
{
  g_return_val_if_fail (self != NULL, ((QuoJsonPlace) { 0, 0 }));

  return self->place;
}

/**
 * quo_json_truth:
 * @self: (nullable): a value
 *
 * Returns: whether it is true
 */
gboolean
quo_json_truth (const QuoJson *self)
{
  return self != NULL && self->truth;
}

/**
 * quo_json_text:
 * @self: (nullable): a value
 *
 * Returns: (transfer none) (nullable): a string's text or a number's spelling,
 *   %NULL of all others
 */
const char *
quo_json_text (const QuoJson *self)
{
  return self != NULL ? self->text : NULL;
}

/**
 * quo_json_double:
 * @self: (nullable): a value
 *
 * Returns: a number's nearest double, 0 of what is none
 */
double
quo_json_double (const QuoJson *self)
{
  if (self == NULL || self->kind != QUO_JSON_NUMBER)
    return 0.0;

  return g_ascii_strtod (self->text, NULL);
}

/* 2e3 is a whole number too: spelling decides nothing. */
static gboolean
is_plain_integer (const char *text)
{
  return strpbrk (text, ".eE") == NULL;
}

/**
 * quo_json_int:
 * @self: (nullable): a value
 * @ret_number: (out): the number, exactly
 *
 * Returns: whether @self is a whole number that fits
 */
gboolean
quo_json_int (const QuoJson *self,
              gint64        *ret_number)
{
  double number = quo_json_double (self);

  g_return_val_if_fail (ret_number != NULL, FALSE);

  if (self == NULL || self->kind != QUO_JSON_NUMBER)
    return FALSE;
  if (is_plain_integer (self->text))
    return g_ascii_string_to_signed (self->text, 10, G_MININT64, G_MAXINT64,
                                     ret_number, NULL);
  if (number != floor (number) || fabs (number) > 0x1p53)
    return FALSE;
  *ret_number = (gint64) number;

  return TRUE;
}

/**
 * quo_json_uint:
 * @self: (nullable): a value
 * @ret_number: (out): the number, exactly
 *
 * Returns: whether @self is a whole number that fits and is not negative
 */
gboolean
quo_json_uint (const QuoJson *self,
               guint64       *ret_number)
{
  gint64 number;

  g_return_val_if_fail (ret_number != NULL, FALSE);

  if (self == NULL || self->kind != QUO_JSON_NUMBER)
    return FALSE;
  if (is_plain_integer (self->text) && self->text[0] != '-')
    return g_ascii_string_to_unsigned (self->text, 10, 0, G_MAXUINT64,
                                       ret_number, NULL);
  if (!quo_json_int (self, &number) || number < 0)
    return FALSE;
  *ret_number = (guint64) number;

  return TRUE;
}

/**
 * quo_json_length:
 * @self: (nullable): a value
 *
 * Returns: the number of items or members, 0 of what has none
 */
guint
quo_json_length (const QuoJson *self)
{
  return self != NULL ? self->n_children : 0;
}

/**
 * quo_json_nth:
 * @self: an array or object
 * @nth: below its length
 *
 * Returns: (transfer none): the item, or the member's value
 */
QuoJson *
quo_json_nth (const QuoJson *self,
              guint          nth)
{
  g_return_val_if_fail (self != NULL && nth < self->n_children, NULL);

  return self->children[nth].value;
}

/**
 * quo_json_key:
 * @self: an object
 * @nth: below its length
 *
 * Returns: (transfer none): the member's key
 */
const char *
quo_json_key (const QuoJson *self,
              guint          nth)
{
  g_return_val_if_fail (self != NULL && nth < self->n_children, NULL);

  return self->children[nth].key;
}

/**
 * quo_json_key_place:
 * @self: an object
 * @nth: below its length
 *
 * Returns: where the member's key begins
 */
QuoJsonPlace
quo_json_key_place (const QuoJson *self,
                    guint          nth)
{
  g_return_val_if_fail (self != NULL && nth < self->n_children,
                        ((QuoJsonPlace) { 0, 0 }));

  return self->children[nth].place;
}

/**
 * quo_json_get:
 * @self: (nullable): a value
 * @key: a key
 *
 * Complexity: O(members), which are few where keys are looked up by name.
 *
 * Returns: (transfer none) (nullable): the member's value, or %NULL when @self is
 *   no object or has no such key
 */
QuoJson *
quo_json_get (const QuoJson *self,
              const char    *key)
{
  g_return_val_if_fail (key != NULL, NULL);

  if (self == NULL || self->kind != QUO_JSON_OBJECT)
    return NULL;

  for (guint i = 0; i < self->n_children; i++)
    if (strcmp (self->children[i].key, key) == 0)
      return self->children[i].value;

  return NULL;
}

/* Long enough to recognise it, short enough for one line. */
static char *
shorten (const char *text)
{
  const int n_max = 40;

  if (g_utf8_strlen (text, -1) <= n_max)
    return g_strdup (text);

  g_autofree char *start = g_utf8_substring (text, 0, n_max - 1);

  return g_strconcat (start, "…", NULL);
}

/**
 * quo_json_found:
 * @self: a value
 *
 * Returns: (transfer full): what it is, for a message: `the number 7`
 */
char *
quo_json_found (const QuoJson *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  switch (self->kind)
    {
    case QUO_JSON_NULL:
      return g_strdup ("null");
    case QUO_JSON_BOOL:
      return g_strdup (self->truth ? "true" : "false");
    case QUO_JSON_NUMBER:
      text = shorten (self->text);
      return g_strdup_printf (_("the number %s"), text);
    case QUO_JSON_STRING:
      text = shorten (self->text);
      return g_strdup_printf ("“%s”", text);
    case QUO_JSON_ARRAY:
      return g_strdup (self->n_children == 0 ? _("an empty array")
                                             : _("an array"));
    case QUO_JSON_OBJECT:
    default:
      return g_strdup (self->n_children == 0 ? _("an empty object")
                                             : _("an object"));
    }
}

/**
 * quo_json_pointer_append:
 * @pointer: a JSON Pointer
 * @key: one more step, any text
 *
 * Source: RFC 6901, section 3.
 */
void
quo_json_pointer_append (GString    *pointer,
                         const char *key)
{
  g_return_if_fail (pointer != NULL && key != NULL);

  g_string_append_c (pointer, '/');
  for (const char *p = key; *p != 0; p++)
    {
      if (*p == '~')
        g_string_append (pointer, "~0");
      else if (*p == '/')
        g_string_append (pointer, "~1");
      else
        g_string_append_c (pointer, *p);
    }
}

static gboolean
find_value (const QuoJson *self,
            const QuoJson *value,
            GString       *pointer)
{
  gsize length = pointer->len;

  if (self == value)
    return TRUE;

  for (guint i = 0; i < self->n_children; i++)
    {
      if (self->kind == QUO_JSON_OBJECT)
        quo_json_pointer_append (pointer, self->children[i].key);
      else
        g_string_append_printf (pointer, "/%u", i);
      if (find_value (self->children[i].value, value, pointer))
        return TRUE;
      g_string_truncate (pointer, length);
    }

  return FALSE;
}

/**
 * quo_json_pointer:
 * @root: a tree
 * @value: a value in it: this very one, not one that is equal
 *
 * Complexity: O(values): for messages.
 *
 * Returns: (transfer full): the JSON Pointer to @value, "" for @root and for a
 *   value that is not in the tree
 */
char *
quo_json_pointer (const QuoJson *root,
                  const QuoJson *value)
{
  GString *pointer = g_string_new (NULL);

  g_return_val_if_fail (root != NULL && value != NULL, NULL);

  find_value (root, value, pointer);

  return g_string_free (pointer, FALSE);
}

/**
 * quo_json_equal:
 * @self: a value
 * @other: another
 *
 * Returns: whether both are spelt alike, but for white space, escapes and the
 *   order of an object's members
 */
gboolean
quo_json_equal (const QuoJson *self,
                const QuoJson *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  if (self == other)
    return TRUE;
  if (self->kind != other->kind || self->truth != other->truth
      || self->n_children != other->n_children
      || g_strcmp0 (self->text, other->text) != 0)
    return FALSE;

  for (guint i = 0; i < self->n_children; i++)
    {
      QuoJson *mate = self->kind == QUO_JSON_OBJECT
                        ? quo_json_get (other, self->children[i].key)
                        : other->children[i].value;

      if (mate == NULL || !quo_json_equal (self->children[i].value, mate))
        return FALSE;
    }

  return TRUE;
}

/* A copy of one level; the children are shared. */
static QuoJson *
copy_level (const QuoJson *self)
{
  QuoJson *copy = json_new (self->kind);

  copy->place = self->place;
  for (guint i = 0; i < self->n_children; i++)
    append_child (copy, g_strdup (self->children[i].key),
                  self->children[i].place,
                  quo_json_ref (self->children[i].value));

  return copy;
}

static void
remove_child (QuoJson *self,
              guint    nth)
{
  g_free (self->children[nth].key);
  quo_json_unref (self->children[nth].value);
  memmove (&self->children[nth], &self->children[nth + 1],
           (self->n_children - nth - 1) * sizeof (Child));
  self->n_children--;
}

/**
 * quo_json_with:
 * @self: an object
 * @key: a key that it has or has not
 * @value: (transfer full): what it is to be
 *
 * Returns: (transfer full): an object like @self with the member
 */
QuoJson *
quo_json_with (const QuoJson *self,
               const char    *key,
               QuoJson       *value)
{
  g_return_val_if_fail (self != NULL && self->kind == QUO_JSON_OBJECT, NULL);
  g_return_val_if_fail (key != NULL && value != NULL, NULL);

  QuoJson *copy = copy_level (self);

  for (guint i = 0; i < copy->n_children; i++)
    if (strcmp (copy->children[i].key, key) == 0)
      {
        quo_json_unref (copy->children[i].value);
        copy->children[i].value = value;
        return copy;
      }
  append_child (copy, g_strdup (key), (QuoJsonPlace) { 0, 0 }, value);

  return copy;
}

/**
 * quo_json_without:
 * @self: an object
 * @key: a key
 *
 * Returns: (transfer full): an object like @self that has no such member
 */
QuoJson *
quo_json_without (const QuoJson *self,
                  const char    *key)
{
  g_return_val_if_fail (self != NULL && self->kind == QUO_JSON_OBJECT, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  QuoJson *copy = copy_level (self);

  for (guint i = 0; i < copy->n_children; i++)
    if (strcmp (copy->children[i].key, key) == 0)
      {
        remove_child (copy, i);
        break;
      }

  return copy;
}

/**
 * quo_json_with_nth:
 * @self: an array
 * @nth: an item's index, or the length to append
 * @value: (transfer full): what stands there
 *
 * Returns: (transfer full): an array like @self with the item
 */
QuoJson *
quo_json_with_nth (const QuoJson *self,
                   guint          nth,
                   QuoJson       *value)
{
  g_return_val_if_fail (self != NULL && self->kind == QUO_JSON_ARRAY, NULL);
  g_return_val_if_fail (nth <= self->n_children && value != NULL, NULL);

  QuoJson *copy = copy_level (self);

  if (nth == copy->n_children)
    {
      append_child (copy, NULL, (QuoJsonPlace) { 0, 0 }, value);
      return copy;
    }
  quo_json_unref (copy->children[nth].value);
  copy->children[nth].value = value;

  return copy;
}

/**
 * quo_json_without_nth:
 * @self: an array
 * @nth: an item's index
 *
 * Returns: (transfer full): an array like @self without the item
 */
QuoJson *
quo_json_without_nth (const QuoJson *self,
                      guint          nth)
{
  g_return_val_if_fail (self != NULL && self->kind == QUO_JSON_ARRAY, NULL);
  g_return_val_if_fail (nth < self->n_children, NULL);

  QuoJson *copy = copy_level (self);

  remove_child (copy, nth);

  return copy;
}
