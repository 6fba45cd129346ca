/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/option.h"

#include "base/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (quo-option-error-quark, quo_option_error)

static gpointer
slot (const QuoOptionSpec *spec,
      gconstpointer        options)
{
  return (guint8 *) options + spec->offset;
}

/* In words with two places, for the bounds of a time. */
static char *
between (const QuoOptionSpec *spec,
         const char          *words)
{
  g_autofree char *low = quo_time_format ((QuoTime) (spec->minimum * 1e9 + .5));
  g_autofree char *high = quo_time_format ((QuoTime) (spec->maximum * 1e9 + .5));

  return g_strdup_printf (words, low, high);
}

/**
 * quo_option_allowed:
 * @spec: an option
 *
 * Returns: (transfer full): what a value may be, in words, translated: "a time from
 *   1ms to 10s"
 */
char *
quo_option_allowed (const QuoOptionSpec *spec)
{
  gboolean is_bounded = spec->maximum > spec->minimum;

  switch (spec->type)
    {
    case QUO_OPTION_BOOL:
      return g_strdup (_("true or false"));
    case QUO_OPTION_INT:
      if (is_bounded)
        return g_strdup_printf (_("a whole number from %.0f to %.0f"),
                                spec->minimum, spec->maximum);
      return g_strdup (_("a whole number"));
    case QUO_OPTION_NUMBER:
      if (is_bounded)
        return g_strdup_printf (_("a number from %g to %g"), spec->minimum,
                                spec->maximum);
      return g_strdup (_("a number"));
    case QUO_OPTION_DURATION:
      return is_bounded ? between (spec, _("a time from %s to %s"))
                        : g_strdup (_("a time"));
    case QUO_OPTION_RANGE:
      return is_bounded ? between (spec, _("a pair of times, the lower one first, "
                                           "each from %s to %s"))
                        : g_strdup (_("a pair of times, the lower one first"));
    case QUO_OPTION_ENUM:
      {
        g_autofree char *values = g_strjoinv (", ", (char **) spec->values);

        return g_strdup_printf (_("one of %s"), values);
      }
    case QUO_OPTION_NODE:
      return g_strdup (_("the name of a node"));
    case QUO_OPTION_NAME:
    default:
      return g_strdup (_("a text"));
    }
}

static gboolean
fail (const QuoOptionSpec *spec,
      QuoOptionError       code,
      const char          *found,
      GError             **error)
{
  g_autofree char *allowed = quo_option_allowed (spec);

  g_set_error (error, QUO_OPTION_ERROR, code, _("%s is %s, not %s"), spec->id,
               allowed, found);

  return FALSE;
}

static gboolean
is_within (const QuoOptionSpec *spec,
           double               value)
{
  if (spec->maximum <= spec->minimum)
    return TRUE;

  return value >= spec->minimum && value <= spec->maximum;
}

/**
 * quo_option_set_number:
 * @spec: an option that is a number
 * @options: a block of the protocol's options
 * @number: the value
 * @error: where to say what is allowed
 *
 * Returns: FALSE when the number is out of range or the option is none; @options
 *   is as before then
 */
gboolean
quo_option_set_number (const QuoOptionSpec *spec,
                       gpointer             options,
                       double               number,
                       GError             **error)
{
  char found[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (found, sizeof found, number);
  if (spec->type != QUO_OPTION_INT && spec->type != QUO_OPTION_NUMBER)
    return fail (spec, QUO_OPTION_ERROR_TYPE, found, error);
  if (!is_within (spec, number))
    return fail (spec, QUO_OPTION_ERROR_RANGE, found, error);

  if (spec->type == QUO_OPTION_NUMBER)
    {
      *(double *) slot (spec, options) = number;
      return TRUE;
    }
  if (number < -9007199254740992.0 || number > 9007199254740992.0
      || (double) (gint64) number != number)
    return fail (spec, QUO_OPTION_ERROR_TYPE, found, error);
  *(gint64 *) slot (spec, options) = (gint64) number;

  return TRUE;
}

/**
 * quo_option_set_range:
 * @spec: an option that is a pair of times
 * @options: a block of the protocol's options
 * @low: ns
 * @high: ns, not below @low
 * @error: where to say what is allowed
 *
 * Returns: FALSE when the times are out of range; @options is as before then
 */
gboolean
quo_option_set_range (const QuoOptionSpec *spec,
                      gpointer             options,
                      QuoTime              low,
                      QuoTime              high,
                      GError             **error)
{
  QuoTimeRange range = { low, high };
  g_autofree char *low_text = quo_time_format (low);
  g_autofree char *high_text = quo_time_format (high);
  g_autofree char *found = g_strdup_printf ("%s to %s", low_text, high_text);

  if (spec->type != QUO_OPTION_RANGE)
    return fail (spec, QUO_OPTION_ERROR_TYPE, found, error);
  if (low > high || !is_within (spec, (double) low / QUO_SECOND)
      || !is_within (spec, (double) high / QUO_SECOND))
    return fail (spec, QUO_OPTION_ERROR_RANGE, found, error);
  *(QuoTimeRange *) slot (spec, options) = range;

  return TRUE;
}

/**
 * quo_option_set_node:
 * @spec: an option that is a node
 * @options: a block of the protocol's options
 * @node: its index, or %QUO_NO_NODE
 */
void
quo_option_set_node (const QuoOptionSpec *spec,
                     gpointer             options,
                     int                  node)
{
  g_return_if_fail (spec->type == QUO_OPTION_NODE);

  *(gint *) slot (spec, options) = node;
}

static gboolean
set_enum (const QuoOptionSpec *spec,
          gpointer             options,
          const char          *text,
          GError             **error)
{
  const char *nearest;

  for (guint i = 0; spec->values[i] != NULL; i++)
    if (g_str_equal (spec->values[i], text))
      {
        *(gint *) slot (spec, options) = (gint) i;
        return TRUE;
      }

  fail (spec, QUO_OPTION_ERROR_NAME, text, error);
  nearest = quo_nearest_name (text, spec->values);
  if (nearest != NULL && error != NULL)
    {
      g_autofree char *hint = g_strdup_printf ("; did you mean \"%s\"?", nearest);
      char *longer = g_strconcat ((*error)->message, hint, NULL);

      g_free ((*error)->message);
      (*error)->message = longer;
    }

  return FALSE;
}

static gboolean
set_duration (const QuoOptionSpec *spec,
              gpointer             options,
              const char          *text,
              GError             **error)
{
  QuoTime time;

  if (!quo_time_parse (text, &time, error))
    return FALSE;
  if (!is_within (spec, (double) time / QUO_SECOND))
    return fail (spec, QUO_OPTION_ERROR_RANGE, text, error);
  *(QuoTime *) slot (spec, options) = time;

  return TRUE;
}

static gboolean
set_range_text (const QuoOptionSpec *spec,
                gpointer             options,
                const char          *text,
                GError             **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "..", 2);
  QuoTime low;
  QuoTime high;

  if (parts[0] == NULL)
    return fail (spec, QUO_OPTION_ERROR_TYPE, "an empty text", error);
  if (!quo_time_parse (parts[0], &low, error))
    return FALSE;
  high = low;
  if (parts[1] != NULL && !quo_time_parse (parts[1], &high, error))
    return FALSE;

  return quo_option_set_range (spec, options, low, high, error);
}

/**
 * quo_option_set_text:
 * @spec: an option
 * @options: a block of the protocol's options
 * @names: where a text is interned
 * @text: the value as a person types it: "150ms", "150ms..300ms", "true", "3"
 * @error: where to say what is allowed
 *
 * Returns: FALSE when @text is no value for the option; @options is as before then
 */
gboolean
quo_option_set_text (const QuoOptionSpec *spec,
                     gpointer             options,
                     QuoNames            *names,
                     const char          *text,
                     GError             **error)
{
  switch (spec->type)
    {
    case QUO_OPTION_BOOL:
      if (!g_str_equal (text, "true") && !g_str_equal (text, "false"))
        return fail (spec, QUO_OPTION_ERROR_TYPE, text, error);
      *(gboolean *) slot (spec, options) = text[0] == 't';
      return TRUE;
    case QUO_OPTION_INT:
    case QUO_OPTION_NUMBER:
      {
        char *end = NULL;
        double number = g_ascii_strtod (text, &end);

        if (end == text || *end != '\0' || number != number)
          return fail (spec, QUO_OPTION_ERROR_TYPE, text, error);
        return quo_option_set_number (spec, options, number, error);
      }
    case QUO_OPTION_DURATION:
      return set_duration (spec, options, text, error);
    case QUO_OPTION_RANGE:
      return set_range_text (spec, options, text, error);
    case QUO_OPTION_ENUM:
      return set_enum (spec, options, text, error);
    case QUO_OPTION_NODE:
      if (text[0] != '\0')
        return fail (spec, QUO_OPTION_ERROR_NAME, text, error);
      quo_option_set_node (spec, options, QUO_NO_NODE);
      return TRUE;
    case QUO_OPTION_NAME:
    default:
      *(gint64 *) slot (spec, options) = quo_names_intern (names, text);
      return TRUE;
    }
}

/**
 * quo_option_get_text:
 * @spec: an option
 * @options: a block of the protocol's options
 * @names: the texts of the options' names
 *
 * Returns: (transfer full): the value as quo_option_set_text() takes it; a node as
 *   its number
 */
char *
quo_option_get_text (const QuoOptionSpec *spec,
                     gconstpointer        options,
                     QuoNames            *names)
{
  gconstpointer value = slot (spec, options);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  switch (spec->type)
    {
    case QUO_OPTION_BOOL:
      return g_strdup (*(const gboolean *) value ? "true" : "false");
    case QUO_OPTION_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) value);
    case QUO_OPTION_NUMBER:
      return g_strdup (g_ascii_dtostr (buffer, sizeof buffer,
                                       *(const double *) value));
    case QUO_OPTION_DURATION:
      return quo_time_format (*(const QuoTime *) value);
    case QUO_OPTION_RANGE:
      {
        const QuoTimeRange *range = value;
        g_autofree char *low = quo_time_format (range->low);
        g_autofree char *high = quo_time_format (range->high);

        return g_strdup_printf ("%s..%s", low, high);
      }
    case QUO_OPTION_ENUM:
      return g_strdup (spec->values[*(const gint *) value]);
    case QUO_OPTION_NODE:
      if (*(const gint *) value == QUO_NO_NODE)
        return g_strdup ("");
      return g_strdup_printf ("%d", *(const gint *) value);
    case QUO_OPTION_NAME:
    default:
      return g_strdup (quo_names_get (names, (guint32) *(const gint64 *) value));
    }
}

/**
 * quo_options_new:
 * @declaration: a protocol's
 * @names: where texts are interned
 *
 * A default that its own specification refuses is a bug of the protocol.
 *
 * Returns: (transfer full): a block with every option at its default
 */
gpointer
quo_options_new (const QuoDeclaration *declaration,
                 QuoNames             *names)
{
  gpointer options = g_malloc0 (MAX (8, declaration->options_size));

  for (guint i = 0;
       declaration->options != NULL && declaration->options[i].id != NULL; i++)
    {
      const QuoOptionSpec *spec = &declaration->options[i];
      g_autoptr (GError) error = NULL;

      if (!quo_option_set_text (spec, options, names,
                                spec->initial != NULL ? spec->initial : "",
                                &error))
        g_error ("%s: %s", declaration->id, error->message);
    }

  return options;
}

/**
 * quo_options_copy:
 * @declaration: a protocol's
 * @options: a block of its options
 *
 * Returns: (transfer full): a copy of the block
 */
gpointer
quo_options_copy (const QuoDeclaration *declaration,
                  gconstpointer         options)
{
  return g_memdup2 (options, MAX (8, declaration->options_size));
}
