/* The verbs of the helpers crm-git and crm-git2, which alone link libsodium; the
 * second has libgit2. */
#ifndef CRM_MIRROR_VERBS_H
#define CRM_MIRROR_VERBS_H

#include "cli/cli.h"

/* mirror [REF...]: up to date, then the paths of records. follow: the same if
 * it is cheap and nobody else is at it; an error is a warning. forget: whatever
 * the store wishes now, what was erased leaves the mirror. False, and nothing
 * said: libgit2 is needed, and this program has none. */
enum crm_mirror_how { CRM_MIRROR_ALL, CRM_MIRROR_FOLLOW, CRM_MIRROR_FORGET };
bool crm_mirror_verb(struct crm_cli *cli, enum crm_mirror_how how);
/* textconv FILE: a file of the mirror as text, sealed ones opened. */
void crm_textconv_verb(struct crm_cli *cli);
/* dump REPO [VAULT]: the mirror's newest state as crm backup writes it. audit
 * REPO [VAULT]: the same of a mirror whose commits have no gap. */
void crm_mirror_dump_verb(struct crm_cli *cli, bool audit);
/* search REPO: lines of stdin in every object; exit 1 where nothing is
 * found. */
void crm_mirror_search_verb(struct crm_cli *cli);

#endif
