// sigreturn(2): the mask that holds after a handler is the one in its context, so what the handler
// writes there takes effect, and what it sets by sigprocmask does not.
// covers: rt_sigreturn rt_sigprocmask
#include "guest.h"
#include <ucontext.h>

static volatile int usr2_calls;

static void on_usr2(int number) {
  (void)number;
  usr2_calls++;
}

static void edits_context(int number, siginfo_t *info, void *pointer) {
  (void)number, (void)info;
  ucontext_t *context = pointer;
  sigaddset(&context->uc_sigmask, SIGUSR2);
  sigdelset(&context->uc_sigmask, SIGHUP);
  sigaddset(&context->uc_sigmask, SIGKILL);
}

static void edits_mask(int number) {
  (void)number;
  change_mask(SIG_UNBLOCK, SIGUSR2);
  change_mask(SIG_BLOCK, SIGTERM);
}

static void show_mask(const char *when) {
  sigset_t mask;
  must(sigprocmask(SIG_BLOCK, NULL, &mask));
  printf("%s: USR2 %d HUP %d TERM %d KILL %d\n", when, sigismember(&mask, SIGUSR2),
         sigismember(&mask, SIGHUP), sigismember(&mask, SIGTERM), sigismember(&mask, SIGKILL));
}

int main(void) {
  install_info_handler(SIGUSR1, edits_context, 0);
  install_handler(SIGUSR2, on_usr2, 0);
  install_handler(SIGQUIT, edits_mask, 0);
  change_mask(SIG_BLOCK, SIGHUP);
  show_mask("before");
  must(raise(SIGUSR1));
  show_mask("after the context was edited");
  must(raise(SIGUSR2));
  show(usr2_calls);
  must(raise(SIGQUIT));
  show_mask("after sigprocmask in a handler");
  show(usr2_calls);
  return 0;
}
