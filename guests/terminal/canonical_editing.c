// termios(3), canonical mode: a line is edited by VERASE, VWERASE and VKILL, VLNEXT takes the next
// byte as it is, VREPRINT shows the line anew; the screen follows.
// covers: ioctl read write
#include "guest.h"
#include "pty.h"

int main(void) {
  open_pty();
  static const char *const kLines[] = {
      "plain\n",
      "abx\177c\n",
      "\177\177nothing to erase\n",
      "one two  \027three\n",
      "some-words.here\027x\n",
      "gone for good\025kept\n",
      "a\026\003b\026\177c\n",
      "tell me\022 more\n",
      "tab\there\177\177\177\177\177.\n",
      "x\001\002\177y\n",
      "\t\t\177z\n",
  };
  for (size_t i = 0; i < sizeof kLines / sizeof kLines[0]; i++) {
    type_text(kLines[i]);
    show_read(100);
    show_screen();
  }
  return 0;
}
