/* Sealed files: a key for each person in a directory of its own, so that
 * destroying the key makes every sealed version of that person's records
 * unreadable, in clones and pushes too. XChaCha20-Poly1305 (libsodium); a file
 * that names several persons needs the keys of all. */
#ifndef CRM_GIT_VAULT_H
#define CRM_GIT_VAULT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum { CRM_GIT_SUBJECTS = 16 };	/* more: the store's own key */

struct crm_git_vault;

/* The vault in a directory; make: where it is missing, it is made (mode 0700,
 * its files 0600). NOTFOUND git.vault. */
enum crm_status crm_git_vault_open(const char *dir, bool make,
    struct crm_git_vault **out, struct crm_err *err) CRM_MUST;
void crm_git_vault_close(struct crm_git_vault *v);

/* Seals text for the persons with these numbers (none: for the store). Keys
 * that are missing are made; those of `who` that were destroyed are left out.
 * The same text sealed twice gives the same bytes. */
enum crm_status crm_git_vault_seal(struct crm_git_vault *v,
    const uint64_t *who, size_t n, struct crm_str text, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;
/* Appends the text of sealed bytes. NOTFOUND git.erased where a key was
 * destroyed, INVALID git.sealed for what is not sealed by this vault. */
enum crm_status crm_git_vault_unseal(struct crm_git_vault *v,
    struct crm_str sealed, struct crm_buf *out, struct crm_err *err) CRM_MUST;
bool crm_git_is_sealed(struct crm_str bytes);

/* Makes keys durable: before anything sealed with them is. */
enum crm_status crm_git_vault_sync(struct crm_git_vault *v,
    struct crm_err *err) CRM_MUST;
/* Destroys the keys of these numbers, durably. */
enum crm_status crm_git_vault_destroy(struct crm_git_vault *v,
    const uint64_t *no, size_t n, struct crm_err *err) CRM_MUST;

#endif
