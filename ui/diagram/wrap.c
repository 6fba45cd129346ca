/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/wrap.h"

/**
 * quo_wrap_text:
 * @text: words; white space between them is not kept
 * @width: of a line at the most, px
 * @n_lines_max: at least 1; the last line ends with an ellipsis when there is more
 * @ret_n: (out): how many lines it takes
 *
 * Returns: (transfer full) (array zero-terminated=1): the lines, as full as can be
 */
char **
quo_wrap_text (QuoMetrics *metrics,
               QuoFont     font,
               const char *text,
               double      width,
               guint       n_lines_max,
               guint      *ret_n)
{
  g_return_val_if_fail (metrics != NULL && text != NULL && ret_n != NULL, NULL);

  g_auto(GStrv) words = g_strsplit_set (text, " \n\t", -1);
  g_autoptr(GPtrArray) lines = g_ptr_array_new ();
  g_autoptr(GString) line = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '\0')
        continue;
      gsize length = line->len;
      g_string_append_printf (line, "%s%s", length > 0 ? " " : "", words[i]);
      if (length == 0 || quo_metrics_get_width (metrics, font, 0, line->str) <= width ||
          lines->len + 1 >= n_lines_max)
        continue;
      g_string_truncate (line, length);
      g_ptr_array_add (lines, g_strdup (line->str));
      g_string_assign (line, words[i]);
    }
  if (line->len > 0)
    g_ptr_array_add (lines, quo_metrics_fit (metrics, font, 0, line->str, width));
  *ret_n = lines->len;
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}
