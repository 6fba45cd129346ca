/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/random.h"
#include "sim/table.h"

#include <string.h>

enum { N_KEYS = 3000 };

/* The same table as a plain array indexed by key. */
typedef struct
{
  gboolean is_there[N_KEYS];
  gint64   cells[N_KEYS][2];
} Model;

static void
assert_equal (const QuoTable *table,
              const Model    *model)
{
  guint n = 0;

  for (gint64 key = 0; key < N_KEYS; key++)
    {
      const gint64 *row = quo_table_get (table, key);
      gint64 nth_key;

      g_assert_cmpint (row != NULL, ==, model->is_there[key]);
      g_assert_cmpuint (quo_table_position (table, key), ==, n);
      if (row == NULL)
        continue;
      g_assert_cmpint (row[0], ==, model->cells[key][0]);
      g_assert_cmpint (row[1], ==, model->cells[key][1]);
      quo_table_nth (table, n, &nth_key);
      g_assert_cmpint (nth_key, ==, key);
      n++;
    }
  g_assert_cmpuint (quo_table_n_rows (table), ==, n);

  /* Backwards too: a table notes where it was asked last. */
  for (gint64 key = N_KEYS - 1; key >= 0; key--)
    {
      gint64 nth_key;

      if (!model->is_there[key])
        continue;
      quo_table_nth (table, --n, &nth_key);
      g_assert_cmpint (nth_key, ==, key);
    }
}

static void
change (QuoTable  *table,
        Model     *model,
        QuoStream *stream)
{
  guint64 what = quo_stream_bounded (stream, 1000);
  gint64 key = (gint64) quo_stream_bounded (stream, N_KEYS);
  gint64 row[2] = { (gint64) quo_stream_next (stream), key };
  guint n_rows = quo_table_n_rows (table);
  gint64 at;

  if (n_rows > 0)
    {
      quo_table_nth (table, (guint) quo_stream_bounded (stream, n_rows), &at);
      g_assert_true (model->is_there[at]);
    }

  if (what < 600)
    {
      quo_table_set (table, key, row);
      model->is_there[key] = TRUE;
      model->cells[key][0] = row[0];
      model->cells[key][1] = row[1];
    }
  else if (what < 995)
    {
      g_assert_cmpint (quo_table_remove (table, key), ==, model->is_there[key]);
      model->is_there[key] = FALSE;
    }
  else if (what < 999)
    {
      quo_table_truncate (table, key);
      for (gint64 i = key; i < N_KEYS; i++)
        model->is_there[i] = FALSE;
    }
  else
    {
      quo_table_clear (table);
      for (gint64 i = 0; i < N_KEYS; i++)
        model->is_there[i] = FALSE;
    }
}

/* The row at a random place, and how many rows are before a random key: neither
 * must depend on who looked where before the last change. */
static void
probe (const QuoTable *table,
       const Model    *model,
       QuoStream      *stream)
{
  gint64 wanted = (gint64) quo_stream_bounded (stream, N_KEYS);
  guint n_before = 0;
  gint64 key;

  for (gint64 i = 0; i < wanted; i++)
    n_before += model->is_there[i];
  if (quo_stream_bounded (stream, 2) == 0)
    g_assert_cmpuint (quo_table_position (table, wanted), ==, n_before);
  else if (model->is_there[wanted])
    {
      quo_table_nth (table, n_before, &key);
      g_assert_cmpint (key, ==, wanted);
    }
}

static void
does_as_an_array_does (void)
{
  g_autoptr (QuoTable) table = quo_table_new (2);
  g_autofree Model *model = g_new0 (Model, 1);
  QuoStream stream = { 3, 0 };

  for (guint round = 0; round < 20; round++)
    {
      for (guint i = 0; i < 1000; i++)
        change (table, model, &stream);
      assert_equal (table, model);
    }
}

static void
places_are_right_after_every_change (void)
{
  g_autoptr (QuoTable) table = quo_table_new (2);
  g_autofree Model *model = g_new0 (Model, 1);
  QuoStream stream = { 5, 0 };

  /* Mostly grows, at random places, so that chunks split before and after the one
   * that was read last. */
  for (guint i = 0; i < 20000; i++)
    {
      gint64 key = (gint64) quo_stream_bounded (&stream, N_KEYS);
      gint64 row[2] = { key, -key };

      if (quo_stream_bounded (&stream, 2000) == 0)
        change (table, model, &stream);
      else if (quo_stream_bounded (&stream, 10) < 7)
        {
          quo_table_set (table, key, row);
          model->is_there[key] = TRUE;
          memcpy (model->cells[key], row, sizeof row);
        }
      else
        {
          quo_table_remove (table, key);
          model->is_there[key] = FALSE;
        }
      probe (table, model, &stream);
    }
  assert_equal (table, model);
}

static void
a_copy_does_not_see_later_writes (void)
{
  g_autoptr (QuoTable) table = quo_table_new (2);
  g_autofree Model *model = g_new0 (Model, 1);
  QuoTable *copies[10];
  Model *models[10];
  QuoStream stream = { 4, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      for (guint j = 0; j < 700; j++)
        change (table, model, &stream);
      copies[i] = quo_table_copy (table);
      models[i] = g_memdup2 (model, sizeof (Model));
      if (i > 0 && i % 3 == 0)
        for (guint j = 0; j < 300; j++)
          change (copies[i - 1], models[i - 1], &stream);
    }
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      assert_equal (copies[i], models[i]);
      quo_table_free (copies[i]);
      g_free (models[i]);
    }
  assert_equal (table, model);
}

static void
a_copy_of_a_long_log_is_short (void)
{
  g_autoptr (QuoTable) log = quo_table_new (1);
  g_autoptr (QuoTable) copy = NULL;

  for (gint64 i = 1; i <= 100000; i++)
    quo_table_set (log, i, &i);
  copy = quo_table_copy (log);
  quo_table_set (copy, 100001, &(gint64) { 1 });
  g_assert_cmpuint (quo_table_written (copy), <, 4096);
  g_assert_cmpuint (quo_table_n_rows (log), ==, 100000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/sim/table/places-are-right-after-every-change",
                   places_are_right_after_every_change);
  g_test_add_func ("/core/sim/table/does-as-an-array-does", does_as_an_array_does);
  g_test_add_func ("/core/sim/table/a-copy-does-not-see-later-writes",
                   a_copy_does_not_see_later_writes);
  g_test_add_func ("/core/sim/table/a-copy-of-a-long-log-is-short",
                   a_copy_of_a_long_log_is_short);

  return g_test_run ();
}
