/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A client's operation as a text, which is what the log holds and a person reads:
 *
 *   x = 1        write
 *   x += 1       append
 *   x = 2 if 1   compare-and-set
 *   x?           read
 *
 * A key or value that is empty or has other characters than letters, digits and a
 * few signs stands in quotes, with a backslash before a quote or a backslash, so that
 * every text can be read back.
 */

#include "raft-private.h"

#include <string.h>

/* Longer values are cut: a list that grows for ever would take memory with the
 * square of its length, for each of its states is a name of its own. */
#define VALUE_MAX 4096

static gboolean
is_plain_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || c == ':' ||
         c == ',' || c == '/' || c == '@' || (guchar) c >= 0x80;
}

/**
 * quo_raft_put_word:
 * @out: gets it
 * @word: a key, a value or a server's name
 *
 * Adds @word in quotes where it has to stand in them.
 */
void
quo_raft_put_word (GString    *out,
                   const char *word)
{
  const char *c = word;

  while (is_plain_char (*c))
    c++;

  if (*c == '\0' && c > word && !g_str_equal (word, "if"))
    {
      g_string_append (out, word);
      return;
    }

  g_string_append_c (out, '"');
  for (c = word; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  g_string_append_c (out, '"');
}

/**
 * quo_raft_take_word:
 * @node: whose names are used
 * @text: (inout): where to read; goes behind the word
 * @ret_name: (out): interned
 *
 * Returns: %FALSE when there is no word at @text
 */
gboolean
quo_raft_take_word (QuoNode     *node,
                    const char **text,
                    gint64      *ret_name)
{
  char buffer[VALUE_MAX + 1];
  gsize length = 0;
  const char *c = *text;

  if (*c == '"')
    {
      for (c++; *c != '"' && *c != '\0' && length < VALUE_MAX; c++)
        {
          if (*c == '\\' && c[1] != '\0')
            c++;
          buffer[length++] = *c;
        }
      if (*c != '"')
        return FALSE;
      c++;
    }
  else
    {
      while (is_plain_char (*c) && length < VALUE_MAX)
        buffer[length++] = *c++;
      if (length == 0)
        return FALSE;
    }

  buffer[length] = '\0';
  *ret_name = quo_node_intern (node, buffer);
  *text = c;
  return TRUE;
}

static gboolean
take (const char **text,
      const char  *sign)
{
  gsize length = strlen (sign);

  if (strncmp (*text, sign, length) != 0)
    return FALSE;

  *text += length;
  return TRUE;
}

/**
 * quo_raft_command_encode:
 * @node: whose names are used
 * @op: a client's operation
 *
 * Returns: the command's interned text; 0 for an operation that this store does not
 *   have, or a value that is too long
 */
gint64
quo_raft_command_encode (QuoNode     *node,
                         const QuoOp *op)
{
  g_autoptr (GString) text = NULL;
  const char *value = quo_node_text (node, op->value);

  if (strlen (quo_node_text (node, op->key)) > VALUE_MAX ||
      strlen (value) > VALUE_MAX ||
      strlen (quo_node_text (node, op->expected)) > VALUE_MAX)
    return 0;

  text = g_string_sized_new (48);
  quo_raft_put_word (text, quo_node_text (node, op->key));

  switch (op->kind)
    {
    case QUO_OP_READ:
      g_string_append_c (text, '?');
      break;
    case QUO_OP_WRITE:
      g_string_append (text, " = ");
      quo_raft_put_word (text, value);
      break;
    case QUO_OP_APPEND:
      g_string_append (text, " += ");
      quo_raft_put_word (text, value);
      break;
    case QUO_OP_CAS:
      g_string_append (text, " = ");
      quo_raft_put_word (text, value);
      g_string_append (text, " if ");
      quo_raft_put_word (text, quo_node_text (node, op->expected));
      break;
    default:
      return 0;
    }

  return quo_node_intern (node, text->str);
}

/**
 * quo_raft_command_decode:
 * @node: whose names are used
 * @command: interned text
 * @ret_command: (out): the operation; is_no_op for a text that is none, which is
 *   what a leader starts its term with, or what a scenario wrote into a log for a
 *   person to read
 */
void
quo_raft_command_decode (QuoNode        *node,
                         gint64          command,
                         QuoRaftCommand *ret_command)
{
  const char *text = command == 0 ? "" : quo_node_text (node, command);

  *ret_command = (QuoRaftCommand) { .is_no_op = TRUE };

  if (!quo_raft_take_word (node, &text, &ret_command->key))
    return;

  if (take (&text, "?"))
    {
      ret_command->kind = QUO_OP_READ;
      ret_command->is_no_op = *text != '\0';
      return;
    }

  if (take (&text, " += "))
    ret_command->kind = QUO_OP_APPEND;
  else if (take (&text, " = "))
    ret_command->kind = QUO_OP_WRITE;
  else
    return;

  if (!quo_raft_take_word (node, &text, &ret_command->value))
    return;

  if (ret_command->kind == QUO_OP_WRITE && take (&text, " if "))
    {
      ret_command->kind = QUO_OP_CAS;
      if (!quo_raft_take_word (node, &text, &ret_command->expected))
        return;
    }

  ret_command->is_no_op = *text != '\0';
}

/**
 * quo_raft_command_appended:
 * @node: whose names are used
 * @value: interned, a list such as "1,2", or empty
 * @item: interned
 *
 * Returns: @value with @item behind it; @value itself when it is too long to grow
 */
gint64
quo_raft_command_appended (QuoNode *node,
                           gint64   value,
                           gint64   item)
{
  const char *list = quo_node_text (node, value);
  const char *last = quo_node_text (node, item);
  g_autofree char *joined = NULL;

  if (*list == '\0')
    return item;
  if (strlen (list) + 1 + strlen (last) > VALUE_MAX)
    return value;

  joined = g_strconcat (list, ",", last, NULL);
  return quo_node_intern (node, joined);
}
