/* In place of git_lib.c in a program without libgit2. */
#include "store/git_lib.h"

const struct crm_git_lib *
crm_git_lib(void)
{
	return NULL;
}
