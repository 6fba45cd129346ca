/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Scenarios that the tests of the document share. */

#include "document/document.h"

#define RAFT                                                                 \
  "{ \"quorate\": 1, \"protocol\": \"raft\", \"seed\": 3, \"until\": \"2s\"," \
  "  \"nodes\": [ { \"id\": \"A\" }, { \"id\": \"B\" }, { \"id\": \"C\" } ]," \
  "  \"network\": { \"latency\": { \"uniform\": [\"5ms\", \"15ms\"] } }," \
  "  \"clients\": [ { \"id\": \"alice\", \"at\": \"A\" } ]," \
  "  \"script\": [ { \"at\": \"500ms\", \"do\": \"write\","                    \
  "                  \"client\": \"alice\", \"key\": \"x\","                   \
  "                  \"value\": \"1\" } ] }"

#define ENDLESS                                                              \
  "{ \"quorate\": 1, \"protocol\": \"raft\","                                \
  "  \"nodes\": { \"count\": 3, \"prefix\": \"n\" } }"

static inline QuoScenario *
scenario_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  QuoScenario *scenario
    = quo_scenario_new_from_data ("test", text, strlen (text), &error);

  g_assert_no_error (error);
  return scenario;
}

static inline QuoDocument *
document_of (const char *text)
{
  QuoDocument *document = quo_document_new ();
  g_autoptr (QuoScenario) scenario = scenario_of (text);

  quo_document_set_scenario (document, scenario, NULL);
  quo_document_wait (document);
  g_assert_nonnull (quo_document_run (document));
  return document;
}

static inline JsonObject *
action_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}
