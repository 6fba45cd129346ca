/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scenario/form.h"
#include "scenario/scenario-private.h"

G_BEGIN_DECLS

/* One reading of a tree. All that can be wrong is told by quo_reader_fail(). */
typedef struct
{
  QuoScenario       *scenario; /* its tree, and what is read of it */
  const QuoProtocol *protocol; /* NULL until it is known */
  QuoSimConfig      *config;   /* while that is made */
  QuoNames          *names;
  gboolean           is_closed; /* names are looked up, not added */
  GError           **error;
} QuoReader;

/* reader.c */
gboolean quo_reader_fail         (QuoReader        *reader,
                                  QuoScenarioError  code,
                                  const QuoJson    *value,
                                  const char       *format,
                                  ...) G_GNUC_PRINTF (4, 5);
gboolean quo_reader_fail_key     (QuoReader        *reader,
                                  const QuoJson    *object,
                                  guint             nth,
                                  const char       *what,
                                  GPtrArray        *known);
gboolean quo_reader_fail_name    (QuoReader        *reader,
                                  const QuoJson    *value,
                                  const char       *name,
                                  const char       *what,
                                  GPtrArray        *known);
int      quo_column_find         (const QuoColumn  *columns,
                                  guint             n,
                                  const char       *id);
const QuoColumn *quo_expectation_columns (const QuoDeclaration *declaration,
                                          const QuoExpectation *expectation,
                                          guint            *ret_n);
gboolean quo_reader_check        (QuoReader        *reader,
                                  const QuoForm    *form,
                                  const QuoJson    *value);

/* Values whose form is already checked: these cannot fail. */
QuoTime  quo_reader_time         (const QuoJson    *object,
                                  const char       *key,
                                  QuoTime           otherwise);
double   quo_reader_number       (const QuoJson    *object,
                                  const char       *key,
                                  double            otherwise);
double   quo_reader_rate         (const QuoJson    *object,
                                  const char       *key,
                                  double            otherwise);
gint64   quo_reader_int          (const QuoJson    *object,
                                  const char       *key,
                                  gint64            otherwise);
gboolean quo_reader_bool         (const QuoJson    *object,
                                  const char       *key,
                                  gboolean          otherwise);
const char *quo_reader_text      (const QuoJson    *object,
                                  const char       *key,
                                  const char       *otherwise);
int      quo_reader_enum         (const char * const *values,
                                  const char       *text);

/* Units. */
gboolean quo_size_parse          (const char       *text,
                                  double           *ret_bytes);
char    *quo_size_format         (guint64           n_bytes);
gboolean quo_bandwidth_parse     (const char       *text,
                                  double           *ret_bytes_per_second);

/* Names. */
int        quo_reader_table_find (gconstpointer     table,
                                  gsize             width,
                                  const char       *id);
GPtrArray *quo_reader_table_ids  (gconstpointer     table,
                                  gsize             width);
#define QUO_TABLE_IDS(table) \
  quo_reader_table_ids ((table), (table) != NULL ? sizeof *(table) : 0)
gboolean quo_reader_node         (QuoReader        *reader,
                                  const QuoJson    *value,
                                  guint            *ret_node);
gboolean quo_reader_participant  (QuoReader        *reader,
                                  const QuoJson    *value,
                                  guint            *ret_participant);
gboolean quo_reader_client       (QuoReader        *reader,
                                  const QuoJson    *value,
                                  guint            *ret_participant);
gboolean quo_reader_selector     (QuoReader        *reader,
                                  const QuoJson    *value,
                                  QuoSelector      *ret_selector);
GArray  *quo_reader_selectors    (QuoReader        *reader,
                                  const QuoJson    *value);
gboolean quo_reader_column       (QuoReader        *reader,
                                  const QuoColumn  *column,
                                  const QuoJson    *value,
                                  gint64           *ret_value);
char    *quo_reader_scalar_text  (const QuoJson    *value);

/* One file each. */
QuoDistribution *quo_reader_distribution (QuoReader     *reader,
                                          const QuoJson *value);
gboolean quo_reader_latency      (QuoReader        *reader,
                                  const QuoJson    *object,
                                  const char       *key,
                                  QuoDistribution **ret_distribution);
gboolean quo_reader_options      (QuoReader        *reader);
gboolean quo_reader_option       (QuoReader        *reader,
                                  const QuoOptionSpec *spec,
                                  const QuoJson    *value,
                                  gpointer          options);
gboolean quo_reader_cluster      (QuoReader        *reader);
gboolean quo_reader_nodes        (QuoReader        *reader);
gboolean quo_reader_clients      (QuoReader        *reader);
gboolean quo_reader_network      (QuoReader        *reader);
gboolean quo_reader_link         (QuoReader        *reader,
                                  const QuoJson    *object,
                                  gboolean          is_override,
                                  QuoLinkConfig    *ret_link);
gboolean quo_reader_topology     (QuoReader        *reader,
                                  gboolean          is_generated);
gboolean quo_reader_script       (QuoReader        *reader);
gboolean quo_reader_initial      (QuoReader        *reader);
gboolean quo_reader_initial_of   (QuoReader        *reader,
                                  const QuoJson    *fields,
                                  const GArray     *nodes);
gboolean quo_reader_chaos        (QuoReader        *reader);
gboolean quo_reader_story        (QuoReader        *reader);
gboolean quo_reader_expect       (QuoReader        *reader);
gboolean quo_reader_config       (QuoReader        *reader,
                                  gboolean          is_for_run);

G_END_DECLS
