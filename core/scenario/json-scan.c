/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Text to tree, strictly as RFC 8259 says and with limits on everything.
 *
 * json-glib's parser takes `01`, single quotes, `{}{}` and a key twice, keeps no
 * places and no spellings, and ends the process on deep nesting; it never sees a
 * foreign text here.
 */

#include "scenario/json-scan.h"

#include "scenario/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Above this many members, a table finds duplicates. */
#define FEW_MEMBERS 16

typedef struct
{
  const char  *name;
  const char  *text;
  const char  *end;
  const char  *p;
  const char  *line_start;
  guint        line;
  const char  *mark;        /* in the line, mark_column characters on */
  guint        mark_column;
  guint        depth;
  guint        n_values;
  GString     *pointer; /* of the value being read */
  GString     *buffer;
  GError     **error;
} Scan;

static QuoJson *scan_value (Scan *scan);

/* Counts on from where it counted last: a file may be one long line. */
static QuoJsonPlace
place_at (Scan       *scan,
          const char *at)
{
  if (scan->mark < scan->line_start || scan->mark > at)
    {
      scan->mark = scan->line_start;
      scan->mark_column = 0;
    }
  scan->mark_column += (guint) g_utf8_strlen (scan->mark, at - scan->mark);
  scan->mark = at;

  return (QuoJsonPlace) { scan->line, scan->mark_column + 1 };
}

G_GNUC_PRINTF (4, 5)
static gpointer
fail_at (Scan             *scan,
         QuoScenarioError  code,
         const char       *at,
         const char       *format,
         ...)
{
  QuoJsonPlace place = place_at (scan, at);
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (scan->error, QUO_SCENARIO_ERROR, code, "%s:%u:%u: %s%s%s",
               scan->name, place.line, place.column, scan->pointer->str,
               scan->pointer->len > 0 ? ": " : "", message);

  return NULL;
}

/* What stands at @at, for a message. */
static char *
found_at (const Scan *scan,
          const char *at)
{
  if (at >= scan->end)
    return g_strdup (_("the end of the file"));
  if (*at == '\n' || *at == '\r')
    return g_strdup (_("the end of the line"));
  if ((guchar) *at < 0x20 || (guchar) *at == 0x7f)
    return g_strdup_printf (_("the control character U+%04X"), (guchar) *at);

  const char *q = at;

  /* A bare word is shown whole, anything else by its first character. */
  while (q < scan->end && q - at < 24
         && (g_ascii_isalnum (*q) || *q == '_' || *q == '-' || *q == '.'
             || *q == '+'))
    q++;
  if (q == at)
    q = g_utf8_next_char (at);

  g_autofree char *word = g_strndup (at, q - at);

  return g_strdup_printf ("“%s”", word);
}

static gpointer
fail_expected (Scan       *scan,
               const char *at,
               const char *expected)
{
  g_autofree char *found = found_at (scan, at);

  return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, at,
                  _("expected %s, found %s"), expected, found);
}

static void
skip_space (Scan *scan)
{
  for (; scan->p < scan->end; scan->p++)
    {
      if (*scan->p == '\n')
        {
          scan->line++;
          scan->line_start = scan->p + 1;
        }
      else if (*scan->p != ' ' && *scan->p != '\t' && *scan->p != '\r')
        return;
    }
}

static gboolean
scan_hex (Scan    *scan,
          guint32 *ret_code)
{
  guint32 code = 0;

  for (guint i = 0; i < 4; i++, scan->p++)
    {
      int digit = scan->p < scan->end ? g_ascii_xdigit_value (*scan->p) : -1;

      if (digit < 0)
        return fail_expected (scan, scan->p, _("four hexadecimal digits"))
               != NULL;
      code = code * 16 + (guint32) digit;
    }
  *ret_code = code;

  return TRUE;
}

/* RFC 8259, section 7: characters past U+FFFF are two escapes, a high and a low
 * surrogate. One alone is no character and cannot be kept as UTF-8. */
static gboolean
scan_unicode (Scan       *scan,
              const char *start)
{
  guint32 code = 0;
  guint32 low = 0;

  if (!scan_hex (scan, &code))
    return FALSE;
  if (code >= 0xd800 && code < 0xdc00)
    {
      if (scan->end - scan->p >= 2 && scan->p[0] == '\\' && scan->p[1] == 'u')
        {
          scan->p += 2;
          if (!scan_hex (scan, &low))
            return FALSE;
        }
      if (low >= 0xdc00 && low < 0xe000)
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
  if (code >= 0xd800 && code < 0xe000)
    return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, start,
                    _("half of a surrogate pair is no character")) != NULL;
  if (code == 0)
    return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, start,
                    _("the character U+0000 is not allowed in a string"))
           != NULL;
  g_string_append_unichar (scan->buffer, code);

  return TRUE;
}

static gboolean
scan_escape (Scan *scan)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *start = scan->p;

  scan->p++;
  if (scan->p < scan->end && *scan->p == 'u')
    {
      scan->p++;
      return scan_unicode (scan, start);
    }

  const char *known = scan->p < scan->end && *scan->p != 0
                        ? strchr (from, *scan->p)
                        : NULL;

  if (known == NULL)
    return fail_expected (scan, scan->p,
                          _("one of \" \\ / b f n r t u after a backslash"))
           != NULL;
  g_string_append_c (scan->buffer, to[known - from]);
  scan->p++;

  return TRUE;
}

/* Leaves the text in scan->buffer. */
static gboolean
scan_string (Scan *scan)
{
  const char *start = scan->p++;

  g_string_truncate (scan->buffer, 0);
  while (scan->p < scan->end && *scan->p != '"')
    {
      if (*scan->p == '\\')
        {
          if (!scan_escape (scan))
            return FALSE;
          continue;
        }
      if (*scan->p == '\n' || *scan->p == '\r')
        break;
      if ((guchar) *scan->p < 0x20)
        {
          g_autofree char *found = found_at (scan, scan->p);

          return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, scan->p,
                          _("%s is not allowed in a string: write it as an "
                            "escape such as \\t"), found) != NULL;
        }
      g_string_append_c (scan->buffer, *scan->p++);
    }

  if (scan->p >= scan->end || *scan->p != '"')
    return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, start,
                    _("this string has no closing quotation mark on its line"))
           != NULL;
  scan->p++;

  return TRUE;
}

/* RFC 8259, section 6: [ minus ] int [ frac ] [ exp ]. Returns where it ends, or
 * where it goes wrong with *ret_is_number FALSE. */
static const char *
number_end (const char *p,
            const char *end,
            gboolean   *ret_is_number)
{
  *ret_is_number = FALSE;
  if (p < end && *p == '-')
    p++;
  if (p >= end || !g_ascii_isdigit (*p))
    return p;
  if (*p++ == '0')
    {
      if (p < end && g_ascii_isdigit (*p))
        return p;
    }
  else
    while (p < end && g_ascii_isdigit (*p))
      p++;
  if (p < end && *p == '.')
    {
      if (++p >= end || !g_ascii_isdigit (*p))
        return p;
      while (p < end && g_ascii_isdigit (*p))
        p++;
    }
  if (p < end && (*p == 'e' || *p == 'E'))
    {
      p++;
      if (p < end && (*p == '+' || *p == '-'))
        p++;
      if (p >= end || !g_ascii_isdigit (*p))
        return p;
      while (p < end && g_ascii_isdigit (*p))
        p++;
    }
  *ret_is_number = TRUE;

  return p;
}

static QuoJson *
scan_number (Scan *scan)
{
  const char *start = scan->p;
  gboolean is_number;
  const char *end = number_end (start, scan->end, &is_number);

  if (!is_number)
    {
      if (end < scan->end && g_ascii_isdigit (*end))
        return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, start,
                        _("a number must not begin with a 0 that others "
                          "follow"));
      return fail_expected (scan, end, _("a digit"));
    }
  if (end < scan->end
      && (g_ascii_isalnum (*end) || *end == '.' || *end == '_'
          || *end == '+' || *end == '-'))
    return fail_expected (scan, end,
                          _("a comma or the end of the list after the number "
                            "(a unit needs quotation marks: \"150ms\")"));

  g_autofree char *spelling = g_strndup (start, end - start);

  if (!isfinite (g_ascii_strtod (spelling, NULL)))
    return fail_at (scan, QUO_SCENARIO_ERROR_RANGE, start,
                    _("the number %.40s is too large"), spelling);
  scan->p = end;

  return quo_json_new_number (spelling);
}

static gboolean
enter (Scan *scan)
{
  if (++scan->depth > QUO_JSON_MAX_DEPTH)
    {
      /* The pointer to it would be as long as it is deep. */
      g_string_truncate (scan->pointer, 0);
      return fail_at (scan, QUO_SCENARIO_ERROR_LIMIT, scan->p,
                      _("more than %d levels of nesting"),
                      QUO_JSON_MAX_DEPTH) != NULL;
    }
  scan->p++;
  skip_space (scan);

  return TRUE;
}

static QuoJson *
scan_array (Scan *scan)
{
  g_autoptr (QuoJson) array = quo_json_new_array ();
  gsize length = scan->pointer->len;

  if (!enter (scan))
    return NULL;
  while (scan->p < scan->end && *scan->p != ']')
    {
      g_string_append_printf (scan->pointer, "/%u", quo_json_length (array));

      QuoJson *item = scan_value (scan);

      if (item == NULL)
        return NULL;
      g_string_truncate (scan->pointer, length);
      quo_json_append (array, item);

      skip_space (scan);
      if (scan->p >= scan->end || *scan->p != ',')
        break;

      scan->p++;
      skip_space (scan);
      if (scan->p < scan->end && *scan->p == ']')
        return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, scan->p,
                        _("expected a value after the comma, found “]”: "
                          "remove the comma before it"));
    }
  if (scan->p >= scan->end || *scan->p != ']')
    return fail_expected (scan, scan->p, _("a comma or “]”"));
  scan->p++;
  scan->depth--;

  return g_steal_pointer (&array);
}

/* Quadratic search would make a hostile file take for ever. */
static gboolean
is_duplicate (const QuoJson *object,
              GHashTable   **seen,
              const char    *key)
{
  guint n = quo_json_length (object);

  if (n < FEW_MEMBERS)
    return quo_json_get (object, key) != NULL;
  if (*seen == NULL)
    {
      *seen = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < n; i++)
        g_hash_table_add (*seen, (char *) quo_json_key (object, i));
    }

  return g_hash_table_contains (*seen, key);
}

static gboolean
scan_member (Scan        *scan,
             QuoJson     *object,
             GHashTable **seen)
{
  const char *start = scan->p;
  gsize length = scan->pointer->len;

  if (*start != '"')
    return fail_expected (scan, start,
                          _("a key in double quotation marks or “}”")) != NULL;

  QuoJsonPlace place = place_at (scan, start);

  if (!scan_string (scan))
    return FALSE;

  g_autofree char *key = g_strdup (scan->buffer->str);

  if (is_duplicate (object, seen, key))
    return fail_at (scan, QUO_SCENARIO_ERROR_DUPLICATE, start,
                    _("the key “%s” is here twice"), key) != NULL;
  quo_json_pointer_append (scan->pointer, key);
  skip_space (scan);
  if (scan->p >= scan->end || *scan->p != ':')
    return fail_expected (scan, scan->p, _("a colon after the key")) != NULL;
  scan->p++;

  QuoJson *value = scan_value (scan);

  if (value == NULL)
    return FALSE;
  g_string_truncate (scan->pointer, length);
  quo_json_append_member (object, key, place, value);
  if (*seen != NULL)
    g_hash_table_add (*seen,
                      (char *) quo_json_key (object,
                                             quo_json_length (object) - 1));

  return TRUE;
}

static QuoJson *
scan_object (Scan *scan)
{
  g_autoptr (QuoJson) object = quo_json_new_object ();
  g_autoptr (GHashTable) seen = NULL;

  if (!enter (scan))
    return NULL;
  while (scan->p < scan->end && *scan->p != '}')
    {
      if (!scan_member (scan, object, &seen))
        return NULL;

      skip_space (scan);
      if (scan->p >= scan->end || *scan->p != ',')
        break;
      scan->p++;
      skip_space (scan);
      if (scan->p >= scan->end)
        return fail_expected (scan, scan->p, _("a key after the comma"));
      if (*scan->p == '}')
        return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, scan->p,
                        _("expected a key after the comma, found “}”: remove "
                          "the comma before it"));
    }
  if (scan->p >= scan->end || *scan->p != '}')
    return fail_expected (scan, scan->p, _("a comma or “}”"));
  scan->p++;
  scan->depth--;

  return g_steal_pointer (&object);
}

static gboolean
scan_word (Scan       *scan,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->p) < length
      || memcmp (scan->p, word, length) != 0)
    return FALSE;
  if (scan->p + length < scan->end && g_ascii_isalnum (scan->p[length]))
    return FALSE;
  scan->p += length;

  return TRUE;
}

static QuoJson *
scan_other (Scan *scan)
{
  if (scan_word (scan, "true"))
    return quo_json_new_bool (TRUE);
  if (scan_word (scan, "false"))
    return quo_json_new_bool (FALSE);
  if (scan_word (scan, "null"))
    return quo_json_new_null ();
  if (scan->p < scan->end && *scan->p == '\'')
    return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, scan->p,
                    _("strings stand in double quotation marks, not in single "
                      "ones"));
  if (scan->p < scan->end && (*scan->p == '/' || *scan->p == '#'))
    return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, scan->p,
                    _("JSON has no comments"));

  return fail_expected (scan, scan->p, _("a value"));
}

static QuoJson *
scan_value (Scan *scan)
{
  skip_space (scan);

  const char *start = scan->p;
  QuoJsonPlace place = place_at (scan, start);
  QuoJson *value = NULL;
  char c = start < scan->end ? *start : 0;

  if (++scan->n_values > QUO_JSON_MAX_VALUES)
    return fail_at (scan, QUO_SCENARIO_ERROR_LIMIT, start,
                    _("more than %u values in one file"), QUO_JSON_MAX_VALUES);

  if (c == '{')
    value = scan_object (scan);
  else if (c == '[')
    value = scan_array (scan);
  else if (c == '"')
    value = scan_string (scan) ? quo_json_new_string (scan->buffer->str) : NULL;
  else if (c == '-' || g_ascii_isdigit (c))
    value = scan_number (scan);
  else
    value = scan_other (scan);

  if (value != NULL)
    quo_json_set_place (value, place);

  return value;
}

/* Before all else, so that columns can be counted in characters. */
static gboolean
check_encoding (Scan *scan)
{
  const char *p = scan->text;

  while (p < scan->end)
    {
      const char *valid_end;

      if (g_utf8_validate_len (p, scan->end - p, &valid_end))
        return TRUE;

      /* A NUL byte stops the check but is UTF-8: the scan itself will say that
       * it has no business here. */
      if (*valid_end == 0)
        {
          p = valid_end + 1;
          continue;
        }

      for (const char *q = scan->text; q < valid_end; q++)
        if (*q == '\n')
          {
            scan->line++;
            scan->line_start = q + 1;
          }
      return fail_at (scan, QUO_SCENARIO_ERROR_SYNTAX, valid_end,
                      _("the byte 0x%02X is not UTF-8 text"),
                      (guchar) *valid_end) != NULL;
    }

  return TRUE;
}

/**
 * quo_json_scan:
 * @name: the file's name, for messages
 * @text: the text; need not be UTF-8 nor end with a zero
 * @length: its bytes
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Reads one JSON value and nothing after it. A byte order mark at the start is
 * skipped.
 *
 * Source: RFC 8259; duplicate keys, U+0000, half surrogates and numbers that a
 * double cannot hold, which it leaves to the reader, are errors.
 *
 * Returns: (transfer full) (nullable): the tree, or %NULL with @error set
 */
QuoJson *
quo_json_scan (const char  *name,
               const char  *text,
               gsize        length,
               GError     **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (length > QUO_JSON_MAX_BYTES)
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_LIMIT,
                   _("%s: the file has more than %u MiB"), name,
                   QUO_JSON_MAX_BYTES >> 20);
      return NULL;
    }
  if (text == NULL)
    text = "";

  g_autoptr (GString) pointer = g_string_new (NULL);
  g_autoptr (GString) buffer = g_string_new (NULL);
  Scan scan = {
    .name = name,
    .text = text,
    .end = text + length,
    .p = text,
    .line_start = text,
    .mark = text,
    .line = 1,
    .pointer = pointer,
    .buffer = buffer,
    .error = error,
  };

  if (!check_encoding (&scan))
    return NULL;
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    scan.line_start = scan.p = text + 3;

  skip_space (&scan);
  if (scan.p >= scan.end)
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_SYNTAX,
                   _("%s: the file is empty"), name);
      return NULL;
    }

  g_autoptr (QuoJson) root = scan_value (&scan);

  if (root == NULL)
    return NULL;
  skip_space (&scan);
  if (scan.p < scan.end)
    return fail_expected (&scan, scan.p,
                          _("nothing after the end of the document"));

  return g_steal_pointer (&root);
}

/* A device or a pipe may never end, and a directory opens but does not read. */
static gboolean
read_file (const char  *path,
           const char  *name,
           char       **ret_text,
           gsize       *ret_length,
           GError     **error)
{
  struct stat status;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &status) != 0)
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _("%s: cannot be read: %s"), name, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  close (fd);

  if (S_ISDIR (status.st_mode))
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _("%s: is a directory, not a file"), name);
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _("%s: is not a regular file"), name);
      return FALSE;
    }
  if ((guint64) status.st_size > QUO_JSON_MAX_BYTES)
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_LIMIT,
                   _("%s: the file has more than %u MiB"), name,
                   QUO_JSON_MAX_BYTES >> 20);
      return FALSE;
    }

  g_autoptr (GError) file_error = NULL;

  if (!g_file_get_contents (path, ret_text, ret_length, &file_error))
    {
      g_set_error (error, QUO_SCENARIO_ERROR, QUO_SCENARIO_ERROR_FILE,
                   _("%s: cannot be read: %s"), name, file_error->message);
      return FALSE;
    }

  return TRUE;
}

/**
 * quo_json_scan_file:
 * @path: a file's name
 * @error: return location, in the domain %QUO_SCENARIO_ERROR
 *
 * Reads a regular file as quo_json_scan() does.
 *
 * Returns: (transfer full) (nullable): the tree, or %NULL with @error set
 */
QuoJson *
quo_json_scan_file (const char  *path,
                    GError     **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_return_val_if_fail (path != NULL, NULL);

  g_autofree char *name = g_filename_display_name (path);

  if (!read_file (path, name, &text, &length, error))
    return NULL;

  return quo_json_scan (name, text, length, error);
}
