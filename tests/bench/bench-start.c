/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the program's first line to the first frame: the start page, and a scenario
 * that is opened, simulated and drawn in both panes. Once in each process, since
 * only the first start is one: the caches of GTK are warm afterwards. */

#include "bench.h"

#include "window/application.h"

static void
on_painted (GdkFrameClock *clock,
            gpointer       user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
wait_for_frame (QuoWindow *window)
{
  gboolean is_painted = FALSE;
  GdkFrameClock *clock;

  gtk_widget_realize (GTK_WIDGET (window));
  clock = gdk_surface_get_frame_clock (
    gtk_native_get_surface (GTK_NATIVE (window)));
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &is_painted);
  gtk_window_present (GTK_WINDOW (window));
  while (!is_painted)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  double start = bench_now ();
  g_autoptr (QuoApplication) application = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  QuoWindow *window;
  double ready;

  if (!gtk_init_check ())
    {
      g_print ("there is no display\n");
      return 77;
    }
  ready = bench_now ();
  bench_print ("GTK ready", (ready - start) * 1e3, "ms");

  application = quo_application_new (FALSE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  window = quo_application_new_window (application);
  path = g_build_filename (g_getenv ("QUORATE_DATA_DIR"), "scenarios",
                           "raft-leader-crash.quorate.json", NULL);
  file = g_file_new_for_path (path);
  if (argc == 1)
    {
      if (!quo_window_open (window, file, FALSE))
        return 1;
      quo_document_wait (quo_window_document (window));
      bench_print ("scenario read and simulated", (bench_now () - ready) * 1e3, "ms");
    }
  wait_for_frame (window);
  bench_print (argc == 1 ? "first frame with a scenario"
                         : "first frame of the start page",
               (bench_now () - start) * 1e3, "ms");
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
