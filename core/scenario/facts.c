/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a scenario is, in a few rows for a side bar. */

#include "scenario/reader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
add (GPtrArray  *facts,
     const char *key,
     char       *value)
{
  g_ptr_array_add (facts, g_strdup (key));
  g_ptr_array_add (facts, value);
}

static void
add_share (GPtrArray     *facts,
           const QuoJson *network,
           const char    *key,
           const char    *title)
{
  double share = quo_reader_number (network, key, 0);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (share <= 0)
    return;
  g_ascii_formatd (number, sizeof number, "%.4g", share * 100);
  add (facts, title, g_strdup_printf ("%s %%", number));
}

static void
add_topology (GPtrArray     *facts,
              const QuoJson *topology)
{
  GString *text = g_string_new (NULL);

  if (topology == NULL)
    {
      g_string_free (text, TRUE);
      return;
    }
  if (quo_json_kind (topology) == QUO_JSON_STRING)
    g_string_append (text, quo_json_text (topology));
  for (guint i = 0; quo_json_kind (topology) == QUO_JSON_OBJECT
                    && i < quo_json_length (topology); i++)
    {
      const QuoJson *detail = quo_json_nth (topology, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                              quo_json_key (topology, i));
      for (guint k = 0; quo_json_kind (detail) == QUO_JSON_OBJECT
                        && k < quo_json_length (detail); k++)
        if (quo_json_text (quo_json_nth (detail, k)) != NULL)
          g_string_append_printf (text, " %s %s", quo_json_key (detail, k),
                                  quo_json_text (quo_json_nth (detail, k)));
    }
  add (facts, _("Topology"), g_string_free (text, FALSE));
}

static char *
value_text (const QuoJson *value)
{
  if (quo_json_kind (value) == QUO_JSON_ARRAY && quo_json_length (value) == 2)
    {
      g_autofree char *low = quo_reader_scalar_text (quo_json_nth (value, 0));
      g_autofree char *high = quo_reader_scalar_text (quo_json_nth (value, 1));

      return g_strdup_printf ("%s … %s", low, high);
    }

  return quo_reader_scalar_text (value);
}

static void
add_options (GPtrArray   *facts,
             QuoScenario *self)
{
  const QuoJson *options = quo_json_get (self->root, "options");
  const QuoOptionSpec *specs = self->protocol->declaration.options;

  for (guint i = 0; specs != NULL && specs[i].id != NULL; i++)
    {
      const QuoJson *value = quo_json_get (options, specs[i].id);

      if (value != NULL)
        add (facts, specs[i].id, value_text (value));
    }
}

static void
add_faults (GPtrArray   *facts,
            QuoScenario *self)
{
  const QuoJson *fault = quo_json_get (self->root, "fault");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < quo_json_length (fault); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            quo_json_text (quo_json_nth (fault, i)));
  if (fault != NULL && quo_json_kind (fault) == QUO_JSON_STRING)
    g_string_append (text, quo_json_text (fault));

  if (text->len > 0)
    add (facts, _("Fault"), g_string_free (text, FALSE));
  else
    g_string_free (text, TRUE);
}

static void
add_count (GPtrArray  *facts,
           const char *title,
           guint       n)
{
  if (n > 0)
    add (facts, title, g_strdup_printf ("%u", n));
}

/**
 * quo_scenario_facts:
 * @self: a scenario
 *
 * Returns: (transfer full) (array zero-terminated=1): keys and values in turn:
 *   "Nodes", "5", "Latency", "10 ± 2 ms"
 */
char **
quo_scenario_facts (QuoScenario *self)
{
  GPtrArray *facts = g_ptr_array_new ();
  g_autoptr (QuoDistribution) latency = NULL;
  const QuoJson *network;
  const char *title;

  g_return_val_if_fail (self != NULL, NULL);

  network = quo_json_get (self->root, "network");
  title = self->protocol->declaration.title;
  add (facts, _("Protocol"), g_strdup (title != NULL
                                         ? _(title)
                                         : self->protocol->declaration.id));
  add (facts, _("Nodes"), g_strdup_printf ("%u", self->n_nodes));
  add_count (facts, _("Clients"), self->clients->len);

  QuoReader reader = { .scenario = self, .protocol = self->protocol };

  latency = quo_distribution_new_constant (10 * QUO_MILLISECOND);
  quo_reader_latency (&reader, network, "latency", &latency);
  add (facts, _("Latency"), quo_distribution_describe (latency));
  add_share (facts, network, "loss", _("Loss"));
  add_share (facts, network, "duplicate", _("Duplicates"));
  add_topology (facts, quo_json_get (network, "topology"));
  add_options (facts, self);
  add_faults (facts, self);
  add_count (facts, _("Actions"), self->script->len);
  add_count (facts, _("Random faults"),
             quo_json_length (quo_json_get (self->root, "chaos")));
  add (facts, _("Seed"), g_strdup_printf ("%" G_GUINT64_FORMAT, self->seed));
  if (self->until != QUO_TIME_NEVER)
    add (facts, _("Ends at"), quo_time_format_short (self->until, 6));
  g_ptr_array_add (facts, NULL);

  return (char **) g_ptr_array_free (facts, FALSE);
}
