/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A figure a line: what was measured, its value, its unit. */

#include <glib.h>
#include <string.h>
#include <time.h>

static inline double
bench_now (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

/* Seconds that this thread has computed: what others do on the machine meanwhile
 * disturbs it less than it does the clock. */
static inline double
bench_thread (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static inline void
bench_print (const char *what,
             double      value,
             const char *unit)
{
  g_print ("%-56s %12.4g %s\n", what, value, unit);
}

static inline int
bench_compare (gconstpointer a,
               gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* The quantile of a few measured values; sorts them. */
static inline double
bench_quantile (double *values,
                guint   n,
                double  p)
{
  qsort (values, n, sizeof (double), bench_compare);

  return values[MIN (n - 1, (guint) (p * n))];
}

/* A line of one of the system's files, which counts in kibibytes; 0 without it. */
static inline double
bench_system_bytes (const char *path,
                    const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = g_strstr_len (text, -1, key);

  return line != NULL ? 1024.0 * g_ascii_strtod (line + strlen (key), NULL) : 0;
}

/* Peak of this process's resident memory, bytes; 0 where it cannot be had. */
static inline double
bench_peak_bytes (void)
{
  return bench_system_bytes ("/proc/self/status", "VmHWM:");
}

/* Memory that the machine can spare, bytes; 0 where it cannot be had. */
static inline double
bench_spare_bytes (void)
{
  return bench_system_bytes ("/proc/meminfo", "MemAvailable:");
}
