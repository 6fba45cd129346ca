/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

G_DEFINE_QUARK (quo-base-error-quark, quo_base_error)

/* Longer names are never a typo of one of ours. */
#define NAME_LENGTH_MAX 64

/* Letters of a name as one compares them: case and the choice of a separator
 * do not count as typing errors. */
static guint
fold_name (const char *name,
           gunichar    ret_letters[NAME_LENGTH_MAX])
{
  guint n = 0;

  for (const char *p = name; *p != 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (p));

      if (n == NAME_LENGTH_MAX)
        return NAME_LENGTH_MAX + 1;
      ret_letters[n++] = c == '_' || c == ' ' ? '-' : c;
    }

  return n;
}

/* Optimal string alignment: insert, delete, replace or swap two neighbours. */
static guint
edit_distance (const gunichar *a,
               guint           n_a,
               const gunichar *b,
               guint           n_b)
{
  guint rows[3][NAME_LENGTH_MAX + 1];

  for (guint j = 0; j <= n_b; j++)
    rows[0][j] = j;

  for (guint i = 1; i <= n_a; i++)
    {
      guint *row = rows[i % 3];
      const guint *above = rows[(i + 2) % 3];
      const guint *above2 = rows[(i + 1) % 3];

      row[0] = i;
      for (guint j = 1; j <= n_b; j++)
        {
          guint cost = above[j - 1] + (a[i - 1] != b[j - 1]);

          cost = MIN (cost, MIN (above[j], row[j - 1]) + 1);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            cost = MIN (cost, above2[j - 2] + 1);
          row[j] = cost;
        }
    }

  return rows[n_a % 3][n_b];
}

/**
 * quo_nearest_name:
 * @name: what a person wrote; need not be valid UTF-8
 * @candidates: (array zero-terminated=1): the names that are known
 *
 * Finds the name that was probably meant, for "did you mean". The distance
 * counts letters inserted, left out, replaced or swapped with a neighbour;
 * letter case and the kind of separator are free. A name is near enough when
 * at most a third of its letters (but at least one) are wrong; among equally
 * near ones the first wins.
 *
 * Returns: (transfer none) (nullable): one of @candidates, or %NULL when none
 *   is near
 */
const char *
quo_nearest_name (const char         *name,
                  const char * const *candidates)
{
  gunichar letters[NAME_LENGTH_MAX];
  const char *nearest = NULL;
  guint nearest_distance = G_MAXUINT;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (candidates != NULL, NULL);

  if (!g_utf8_validate (name, -1, NULL))
    return NULL;

  guint n_letters = fold_name (name, letters);

  if (n_letters == 0 || n_letters > NAME_LENGTH_MAX)
    return NULL;

  for (guint i = 0; candidates[i] != NULL; i++)
    {
      gunichar other[NAME_LENGTH_MAX];
      guint n_other = fold_name (candidates[i], other);

      if (n_other > NAME_LENGTH_MAX)
        continue;

      guint distance = edit_distance (letters, n_letters, other, n_other);
      guint length = MAX (n_letters, n_other);

      if (distance > MAX (1, length / 3) || distance >= length)
        continue;
      if (distance < nearest_distance)
        {
          nearest = candidates[i];
          nearest_distance = distance;
        }
    }

  return nearest;
}

/* Letters of a wrong value that a message shows. */
#define QUOTE_LENGTH_MAX 40

/**
 * quo_quote_value:
 * @text: what was found; need not be valid UTF-8
 *
 * Makes @text fit for an error message, whatever it holds: at most forty
 * letters, then an ellipsis; one line; valid UTF-8.
 *
 * Returns: (transfer full): the text in quotation marks
 */
char *
quo_quote_value (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  /* Cut first: the value may be megabytes long. A letter has up to 4 bytes. */
  g_autofree char *start = g_strndup (text, 4 * (QUOTE_LENGTH_MAX + 1));
  g_autofree char *valid = g_utf8_make_valid (start, -1);
  GString *quoted = g_string_new ("“");
  guint n = 0;

  for (const char *p = valid; *p != 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (n++ == QUOTE_LENGTH_MAX)
        {
          g_string_append (quoted, "…");
          break;
        }
      g_string_append_unichar (quoted, g_unichar_isprint (c) ? c : 0xfffd);
    }
  g_string_append (quoted, "”");

  return g_string_free (quoted, FALSE);
}
