public class Agent {
    public static void premain(String arguments) {
        System.setProperty("the.agent", "here");
    }
}
