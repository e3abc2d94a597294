"""Nothing is lost when processes are killed and the disk is full; `make faults` does it for longer."""
import unittest

from faults import Faults


class ShortFaults(unittest.TestCase):
    def test_nothing_is_lost(self):
        faults = Faults(rounds=20, seed=20261123, pause_s=(0.05, 0.5)).run()
        self.assertEqual(faults.problems, [])
        self.assertGreaterEqual(len(faults.done), 4)


if __name__ == "__main__":
    unittest.main()
